import { maddDouble } from "./simd";

/** Implicit QL needs about two rounds an eigenvalue; so many mean that the matrix holds a NaN. */
const MOST_ROUNDS: i32 = 60;

/** Squares of what is nothing beside a matrix scaled to one; dividing by less would overflow. */
const NOTHING: f64 = 1e-280;

/** Σ a·b over float64 lanes `from` … `size` − 1, both even. */
// @ts-ignore: decorator
@inline
function dotDouble(a: usize, b: usize, from: i32, size: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let at = (<usize>from) << 3;
  const end = (<usize>size) << 3;
  if ((end - at) & 16) {
    low = f64x2.mul(v128.load(a + at), v128.load(b + at));
    at += 16;
  }
  for (; at < end; at += 32) {
    low = maddDouble(v128.load(a + at), v128.load(b + at), low);
    high = maddDouble(v128.load(a + at, 16), v128.load(b + at, 16), high);
  }
  low = f64x2.add(low, high);
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
}

/** y += factor · x over float64 lanes `from` … `size` − 1, both even. */
// @ts-ignore: decorator
@inline
function addScaledDouble(y: usize, factor: f64, x: usize, from: i32, size: i32): void {
  const f = f64x2.splat(factor);
  const end = (<usize>size) << 3;
  for (let at = (<usize>from) << 3; at < end; at += 16)
    v128.store(y + at, maddDouble(f, v128.load(x + at), v128.load(y + at)));
}

// @ts-ignore: decorator
@inline
function cell(vector: usize, k: i32): usize {
  return vector + ((<usize>k) << 3);
}

/**
 * The principal axes of a symmetric matrix: Householder's tridiagonal form, then implicit QL (Golub, Van Loan 2013,
 * algorithms 8.3.1 and 8.3.3), all float64, every inner loop along a row.
 *
 * @param matrix float64 [size × size], size even, of which the leading [rank × rank] is used and the rest is 0; spoilt
 * @param axes float64 [size × size]: row k becomes the k-th axis; past the rank those of the identity
 * @param vectors float64 [5 × size]; the first becomes the eigenvalues, in no order, the others are scratch
 * @returns −1, or the eigenvalue that did not settle
 */
export function principalAxes(matrix: usize, size: i32, rank: i32, axes: usize, vectors: usize): i32 {
  const row: usize = (<usize>size) << 3;
  const d = vectors;
  const e = d + row;
  const h = e + row;
  const v = h + row;
  const w = v + row;
  memory.fill(vectors, 0, row * 5);
  const unit = scaleToOne(matrix, row * <usize>size);
  for (let k = 0; k < rank; k++) {
    const source = matrix + <usize>k * row;
    store<f64>(cell(d, k), load<f64>(cell(source, k)));
    if (k + 1 >= rank) break;
    const from = (k + 1) & ~1;
    // v is kept in the matrix's own row, where it is 0 up to the diagonal.
    for (let j = from; j <= k; j++) store<f64>(cell(source, j), 0);
    const first = load<f64>(cell(source, k + 1));
    const squares = dotDouble(source, source, from, size);
    const length = first > 0 ? -sqrt(squares) : sqrt(squares);
    store<f64>(cell(e, k), length);
    const half = squares - first * length;
    if (k + 2 >= rank || half < NOTHING) {
      store<f64>(cell(e, k), first);
      continue;
    }
    store<f64>(cell(h, k), half);
    store<f64>(cell(source, k + 1), first - length);
    const inverse = 1 / half;
    memory.fill(w, 0, row);
    for (let i = k + 1; i < rank; i++)
      store<f64>(cell(w, i), inverse * dotDouble(matrix + <usize>i * row, source, from, size));
    addScaledDouble(w, -0.5 * inverse * dotDouble(w, source, from, size), source, from, size);
    for (let i = k + 1; i < rank; i++) {
      const target = matrix + <usize>i * row;
      const a = f64x2.splat(-load<f64>(cell(source, i)));
      const b = f64x2.splat(-load<f64>(cell(w, i)));
      for (let at = (<usize>from) << 3; at < row; at += 16)
        v128.store(
          target + at,
          maddDouble(a, v128.load(w + at), maddDouble(b, v128.load(source + at), v128.load(target + at))),
        );
    }
  }
  memory.fill(axes, 0, row * <usize>size);
  for (let k = 0; k < size; k++) store<f64>(cell(axes + <usize>k * row, k), 1);
  for (let k = rank - 3; k >= 0; k--) {
    const half = load<f64>(cell(h, k));
    if (half == 0) continue;
    const source = matrix + <usize>k * row;
    const from = (k + 1) & ~1;
    for (let i = k + 1; i < rank; i++) {
      const target = axes + <usize>i * row;
      addScaledDouble(target, -dotDouble(target, source, from, size) / half, source, from, size);
    }
  }
  const unsettled = diagonalise(d, e, rank, axes, size);
  for (let k = 0; k < rank; k++) store<f64>(cell(d, k), unit * load<f64>(cell(d, k)));
  return unsettled;
}

/**
 * Divides the matrix by the power of two of its largest entry, so that factors near 0, whose squares of squares would
 * underflow, have axes as others do; exact. @returns that power, 1 for a matrix of zeros
 */
function scaleToOne(matrix: usize, bytes: usize): f64 {
  let largest: f64 = 0;
  for (let at: usize = 0; at < bytes; at += 8) largest = max(largest, abs(load<f64>(matrix + at)));
  // Sign and mantissa off leaves the power of two. A NaN or Infinity stays to be found by the rounds.
  const unit = reinterpret<f64>(reinterpret<u64>(largest) & 0x7ff0000000000000);
  if (!(unit > 0 && unit < Infinity)) return 1;
  const inverse = 1 / unit;
  for (let at: usize = 0; at < bytes; at += 8) store<f64>(matrix + at, inverse * load<f64>(matrix + at));
  return unit;
}

/** Implicit QL on the tridiagonal matrix of diagonal `d` and off-diagonal `e`, whose rotations turn the rows of `axes`. */
function diagonalise(d: usize, e: usize, rank: i32, axes: usize, size: i32): i32 {
  const row: usize = (<usize>size) << 3;
  // Below the grain of the whole matrix lies what rounding left of a null space, which would never settle among itself.
  let grain: f64 = 0;
  for (let k = 0; k < rank; k++)
    grain = max(grain, f64.EPSILON * (abs(load<f64>(cell(d, k))) + abs(load<f64>(cell(e, k)))));
  for (let l = 0; l < rank; l++)
    for (let round = 0; ; round++) {
      let m = l;
      for (; m + 1 < rank; m++) if (abs(load<f64>(cell(e, m))) <= grain) break;
      if (m == l) break;
      if (round == MOST_ROUNDS) return l;
      let g = (load<f64>(cell(d, l + 1)) - load<f64>(cell(d, l))) / (2 * load<f64>(cell(e, l)));
      const shift = sqrt(g * g + 1);
      g = load<f64>(cell(d, m)) - load<f64>(cell(d, l)) + load<f64>(cell(e, l)) / (g < 0 ? g - shift : g + shift);
      let s: f64 = 1;
      let c: f64 = 1;
      let p: f64 = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * load<f64>(cell(e, i));
        const b = c * load<f64>(cell(e, i));
        const r = sqrt(f * f + g * g);
        store<f64>(cell(e, i + 1), r);
        if (r == 0) {
          store<f64>(cell(d, i + 1), load<f64>(cell(d, i + 1)) - p);
          break;
        }
        s = f / r;
        c = g / r;
        const next = load<f64>(cell(d, i + 1)) - p;
        const turn = (load<f64>(cell(d, i)) - next) * s + 2 * c * b;
        p = s * turn;
        store<f64>(cell(d, i + 1), next + p);
        g = c * turn - b;
        rotate(axes + <usize>i * row, row, s, c);
      }
      if (i < l) {
        store<f64>(cell(d, l), load<f64>(cell(d, l)) - p);
        store<f64>(cell(e, l), g);
      }
      store<f64>(cell(e, m), 0);
    }
  return -1;
}

/** Turns a row and the next one in their plane. */
// @ts-ignore: decorator
@inline
function rotate(first: usize, row: usize, s: f64, c: f64): void {
  const sine = f64x2.splat(s);
  const cosine = f64x2.splat(c);
  const minus = f64x2.splat(-s);
  const end = first + row;
  for (let at = first; at < end; at += 16) {
    const x = v128.load(at);
    const y = v128.load(at + row);
    v128.store(at + row, maddDouble(sine, x, f64x2.mul(cosine, y)));
    v128.store(at, maddDouble(minus, y, f64x2.mul(cosine, x)));
  }
}
