import { madd } from "./simd";

/** Multiply-adds on registers alone, 12 chains: what the core can do. 12 · 4 · 2 floating-point operations a round. */
export function peak(rounds: i32, seed: f32): f32 {
  let c0 = f32x4.splat(seed),
    c1 = c0,
    c2 = c0,
    c3 = c0,
    c4 = c0,
    c5 = c0,
    c6 = c0,
    c7 = c0,
    c8 = c0,
    c9 = c0,
    c10 = c0,
    c11 = c0;
  const a = f32x4.splat(seed * <f32>0.5);
  const b = f32x4.splat(seed * <f32>0.25);
  // Each chain is its own accumulator with its own start, so that none can be shared.
  c1 = f32x4.add(c1, a);
  c2 = f32x4.add(c1, a);
  c3 = f32x4.add(c2, a);
  c4 = f32x4.add(c3, a);
  c5 = f32x4.add(c4, a);
  c6 = f32x4.add(c5, a);
  c7 = f32x4.add(c6, a);
  c8 = f32x4.add(c7, a);
  c9 = f32x4.add(c8, a);
  c10 = f32x4.add(c9, a);
  c11 = f32x4.add(c10, a);
  if (ASC_FEATURE_RELAXED_SIMD)
    for (let r = 0; r < rounds; r++) {
      c0 = madd(a, b, c0);
      c1 = madd(a, b, c1);
      c2 = madd(a, b, c2);
      c3 = madd(a, b, c3);
      c4 = madd(a, b, c4);
      c5 = madd(a, b, c5);
      c6 = madd(a, b, c6);
      c7 = madd(a, b, c7);
      c8 = madd(a, b, c8);
      c9 = madd(a, b, c9);
      c10 = madd(a, b, c10);
      c11 = madd(a, b, c11);
    }
  // Without a fused instruction a·b would be computed once for all.
  else
    for (let r = 0; r < rounds; r++) {
      c0 = madd(c0, a, b);
      c1 = madd(c1, a, b);
      c2 = madd(c2, a, b);
      c3 = madd(c3, a, b);
      c4 = madd(c4, a, b);
      c5 = madd(c5, a, b);
      c6 = madd(c6, a, b);
      c7 = madd(c7, a, b);
      c8 = madd(c8, a, b);
      c9 = madd(c9, a, b);
      c10 = madd(c10, a, b);
      c11 = madd(c11, a, b);
    }
  const s = f32x4.add(
    f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)),
    f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)),
  );
  const t = f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11));
  return f32x4.extract_lane(f32x4.add(s, t), 0);
}
