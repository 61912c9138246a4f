"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.solveCholesky = solveCholesky;
/**
 * A pivot at or below this share of its diagonal entry has lost every digit to cancellation: the matrix is
 * singular, or not positive definite, as far as float64 can tell.
 */
const SMALLEST_PIVOT = 1e-13;
/**
 * Solves A·x = b for a symmetric positive definite A by Cholesky, A = L·Lᵀ, in place.
 *
 * @param a row-major [size × size]; only the lower triangle is read, and is replaced by L
 * @param b length `size`; replaced by x
 * @returns −1 when solved, else the index of the first pivot that is not safely positive (NaN included); `a` and `b` are then spoilt
 */
function solveCholesky(a, b, size) {
    for (let i = 0; i < size; i++) {
        const rowI = i * size;
        for (let j = 0; j < i; j++) {
            const rowJ = j * size;
            let sum = a[rowI + j];
            for (let k = 0; k < j; k++)
                sum -= a[rowI + k] * a[rowJ + k];
            a[rowI + j] = sum / a[rowJ + j];
        }
        const diagonal = a[rowI + i];
        let pivot = diagonal;
        for (let k = 0; k < i; k++)
            pivot -= a[rowI + k] * a[rowI + k];
        if (!(pivot > SMALLEST_PIVOT * diagonal && pivot < Infinity))
            return i;
        a[rowI + i] = Math.sqrt(pivot);
    }
    for (let i = 0; i < size; i++) {
        let sum = b[i];
        for (let k = 0; k < i; k++)
            sum -= a[i * size + k] * b[k];
        b[i] = sum / a[i * size + i];
    }
    for (let i = size - 1; i >= 0; i--) {
        let sum = b[i];
        for (let k = i + 1; k < size; k++)
            sum -= a[k * size + i] * b[k];
        b[i] = sum / a[i * size + i];
    }
    return -1;
}
//# sourceMappingURL=cholesky.js.map