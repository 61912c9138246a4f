"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.seededRandom = seededRandom;
exports.shuffle = shuffle;
/** A seeded generator of uniform numbers in [0, 1): the same seed gives the same sequence everywhere. Source: Tommy Ettinger's mulberry32. */
function seededRandom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}
/** Fisher–Yates, in place. */
function shuffle(values, random) {
    for (let i = values.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        const swap = values[i];
        values[i] = values[j];
        values[j] = swap;
    }
    return values;
}
//# sourceMappingURL=random.js.map