"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.initialFactors = initialFactors;
const data_1 = require("../data");
/** Standard deviation of the initial factors: small, so that the first solve starts from nearly no opinion. */
const INITIAL_SPREAD = 0.1;
/**
 * Where training starts from: normal numbers by Box–Muller, drawn in row order from `seed`; zeros for cold rows,
 * which must not weigh in the Gramian. Row-major [rows × rank].
 */
function initialFactors(ratings, rank, seed) {
    const random = (0, data_1.seededRandom)(seed);
    const factors = new Float64Array(ratings.rows * rank);
    for (let row = 0; row < ratings.rows; row++) {
        const cold = ratings.rowStart[row] === ratings.rowStart[row + 1];
        for (let f = 0; f < rank; f++) {
            const radius = Math.sqrt(-2 * Math.log(1 - random()));
            const normal = radius * Math.cos(2 * Math.PI * random());
            if (!cold)
                factors[row * rank + f] = INITIAL_SPREAD * normal;
        }
    }
    return factors;
}
//# sourceMappingURL=initial.js.map