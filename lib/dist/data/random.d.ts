/** A seeded generator of uniform numbers in [0, 1): the same seed gives the same sequence everywhere. Source: Tommy Ettinger's mulberry32. */
export declare function seededRandom(seed: number): () => number;
/** Fisher–Yates, in place. */
export declare function shuffle<T extends {
    length: number;
    [index: number]: number;
}>(values: T, random: () => number): T;
