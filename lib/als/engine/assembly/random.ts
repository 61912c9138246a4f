/** A bijective mixing of 32 bits. Source: Chris Wellons's lowbias32. */
function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  x ^= x >> 16;
  return x;
}

/**
 * Initial factors of one row: each the sum of four uniform numbers, centred and of standard deviation `spread`,
 * from a counter on (seed, side, row, factor): no row's numbers depend on another's, nor on a transcendental function.
 */
export function initialRow(target: usize, seed: u32, side: u32, row: u32, rank: i32, spread: f32): void {
  const stream = mix(mix(seed + 0x9e3779b9 * (side + 1)) ^ row);
  for (let f = 0; f < rank; f++) {
    let sum: f32 = 0;
    for (let k = 0; k < 4; k++)
      sum += <f32>(mix(stream + 0x9e3779b9 * <u32>(f * 4 + k + 1)) >> 8) * <f32>(1.0 / 16777216.0);
    // Four uniform numbers have variance 4/12.
    store<f32>(target + ((<usize>f) << 2), (sum - 2) * <f32>1.7320508 * spread);
  }
}
