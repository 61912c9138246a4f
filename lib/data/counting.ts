/** Positions where each key's run starts once rows are grouped by key; the last entry is the number of rows. In shared memory. */
export function countingStarts(keys: Uint32Array, size: number): Uint32Array {
  const starts = sharedUint32(size + 1);
  for (let r = 0; r < keys.length; r++) starts[keys[r] + 1]++;
  for (let k = 0; k < size; k++) starts[k + 1] += starts[k];
  return starts;
}

/** Row numbers grouped by key, ascending inside a key: a stable counting sort. */
export function countingOrder(keys: Uint32Array, size: number): Uint32Array {
  const next = countingStarts(keys, size).slice();
  const order = new Uint32Array(keys.length);
  for (let r = 0; r < keys.length; r++) order[next[keys[r]]++] = r;
  return order;
}

// Shared buffers, so that worker threads can read the views without a copy.
export const sharedUint32 = (length: number): Uint32Array =>
  new Uint32Array(new SharedArrayBuffer(length * 4));
export const sharedFloat32 = (length: number): Float32Array =>
  new Float32Array(new SharedArrayBuffer(length * 4));
