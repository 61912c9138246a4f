/** Positions where each key's run starts once rows are grouped by key; the last entry is the number of rows. In shared memory. */
export declare function countingStarts(keys: Uint32Array, size: number): Uint32Array;
/** Row numbers grouped by key, ascending inside a key: a stable counting sort. */
export declare function countingOrder(keys: Uint32Array, size: number): Uint32Array;
export declare const sharedUint32: (length: number) => Uint32Array;
export declare const sharedFloat32: (length: number) => Float32Array;
