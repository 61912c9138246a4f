"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.invertPositive = invertPositive;
const data_1 = require("../data");
/** A pivot below this share of its diagonal entry has lost its digits to cancellation. */
const SMALLEST_PIVOT = 1e-13;
/**
 * The inverse of a symmetric positive definite matrix, in place, by sweeping one pivot after the other
 * (Goodnight 1979, "A Tutorial on the SWEEP Operator"): size³ / 2 multiply-adds.
 * @param a row-major [size × size]; only the lower triangle is read, both are written
 * @throws WorkspaceError SOLVE_FAILED when the matrix is not positive definite
 */
function invertPositive(a, size) {
    const column = new Float64Array(size);
    const diagonal = Float64Array.from({ length: size }, (_, k) => a[k * size + k]);
    for (let k = 0; k < size; k++) {
        const pivot = a[k * size + k];
        if (!(pivot > SMALLEST_PIVOT * diagonal[k] && pivot < Infinity))
            throw new data_1.WorkspaceError("SOLVE_FAILED", `pivot ${k} of ${size} is ${pivot}: not positive definite`);
        for (let i = 0; i < size; i++)
            column[i] = i < k ? a[k * size + i] : a[i * size + k];
        for (let i = 0; i < size; i++) {
            const factor = column[i] / pivot;
            if (factor === 0 || i === k)
                continue;
            const row = i * size;
            for (let j = 0; j <= i; j++)
                a[row + j] -= factor * column[j];
        }
        for (let i = 0; i < k; i++)
            a[k * size + i] = column[i] / pivot;
        for (let i = k + 1; i < size; i++)
            a[i * size + k] = column[i] / pivot;
        a[k * size + k] = -1 / pivot;
    }
    for (let i = 0; i < size; i++)
        for (let j = 0; j <= i; j++)
            a[i * size + j] = a[j * size + i] = -a[i * size + j];
}
//# sourceMappingURL=inverse.js.map