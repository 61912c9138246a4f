import { madd } from "./simd";

/** Operations a round of `peak`: 10 chains, 4 multiply-adds of 4 lanes each. Enough chains for two pipes of latency 5, and few enough that all stay in registers. */
export const PEAK_OPERATIONS: i32 = 10 * 4 * 4 * 2;

/** Multiply-adds on registers alone: what the core can do with 128-bit vectors. */
export function peak(rounds: i32, seed: f32): f32 {
  const a = f32x4.splat(seed * <f32>0.5);
  const b = f32x4.splat(seed * <f32>0.25);
  // Each chain has its own start, so that none can be shared.
  let c0 = f32x4.splat(seed * 1),
    c1 = f32x4.splat(seed * 2),
    c2 = f32x4.splat(seed * 3),
    c3 = f32x4.splat(seed * 4),
    c4 = f32x4.splat(seed * 5),
    c5 = f32x4.splat(seed * 6),
    c6 = f32x4.splat(seed * 7),
    c7 = f32x4.splat(seed * 8),
    c8 = f32x4.splat(seed * 9),
    c9 = f32x4.splat(seed * 10);
  for (let r = 0; r < rounds; r++) {
    c0 = step(c0, a, b);
    c1 = step(c1, a, b);
    c2 = step(c2, a, b);
    c3 = step(c3, a, b);
    c4 = step(c4, a, b);
    c5 = step(c5, a, b);
    c6 = step(c6, a, b);
    c7 = step(c7, a, b);
    c8 = step(c8, a, b);
    c9 = step(c9, a, b);
    c0 = step(c0, a, b);
    c1 = step(c1, a, b);
    c2 = step(c2, a, b);
    c3 = step(c3, a, b);
    c4 = step(c4, a, b);
    c5 = step(c5, a, b);
    c6 = step(c6, a, b);
    c7 = step(c7, a, b);
    c8 = step(c8, a, b);
    c9 = step(c9, a, b);
    c0 = step(c0, a, b);
    c1 = step(c1, a, b);
    c2 = step(c2, a, b);
    c3 = step(c3, a, b);
    c4 = step(c4, a, b);
    c5 = step(c5, a, b);
    c6 = step(c6, a, b);
    c7 = step(c7, a, b);
    c8 = step(c8, a, b);
    c9 = step(c9, a, b);
    c0 = step(c0, a, b);
    c1 = step(c1, a, b);
    c2 = step(c2, a, b);
    c3 = step(c3, a, b);
    c4 = step(c4, a, b);
    c5 = step(c5, a, b);
    c6 = step(c6, a, b);
    c7 = step(c7, a, b);
    c8 = step(c8, a, b);
    c9 = step(c9, a, b);
  }
  const s = f32x4.add(
    f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)),
    f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)),
  );
  return f32x4.extract_lane(f32x4.add(s, f32x4.add(c8, c9)), 0);
}

// @ts-ignore: decorator
@inline
function step(c: v128, a: v128, b: v128): v128 {
  // Without a fused instruction a·b would be computed once for all.
  return ASC_FEATURE_RELAXED_SIMD ? madd(a, b, c) : madd(c, a, b);
}
