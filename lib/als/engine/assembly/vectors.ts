import { madd, sumLanes, zero } from "./simd";

export function dot(a: usize, b: usize, size: i32): f32 {
  let low = zero();
  let high = zero();
  const end = a + ((<usize>size) << 2);
  while (a < end) {
    low = madd(v128.load(a), v128.load(b), low);
    high = madd(v128.load(a, 16), v128.load(b, 16), high);
    a += 32;
    b += 32;
  }
  return sumLanes(f32x4.add(low, high));
}

/** y += factor · x */
export function addScaled(y: usize, factor: f32, x: usize, size: i32): void {
  const f = f32x4.splat(factor);
  const end = y + ((<usize>size) << 2);
  while (y < end) {
    v128.store(y, madd(f, v128.load(x), v128.load(y)));
    y += 16;
    x += 16;
  }
}

export function copy(target: usize, source: usize, size: i32): void {
  memory.copy(target, source, (<usize>size) << 2);
}

/** y += x for float64 y and float32 x; x is cleared. */
export function spillVector(x: usize, y: usize, size: i32): void {
  for (let j = 0; j < size; j++) {
    const at = <usize>j;
    store<f64>(y + (at << 3), load<f64>(y + (at << 3)) + <f64>load<f32>(x + (at << 2)));
    store<f32>(x + (at << 2), 0);
  }
}

export function narrowVector(y: usize, x: usize, size: i32): void {
  for (let j = 0; j < size; j++) {
    const at = <usize>j;
    store<f32>(x + (at << 2), <f32>load<f64>(y + (at << 3)));
  }
}
