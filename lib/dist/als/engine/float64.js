"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.solveRowFloat64 = solveRowFloat64;
const cholesky_1 = require("../cholesky");
/**
 * The same system as `solveExact` in ./assembly, in float64 and plain loops: for the rows whose system is too badly
 * conditioned for float32, and the twin that holds the kernel in tests.
 *
 * @returns −1 when solved and written, or the pivot that is not positive
 */
function solveRowFloat64(buffer, job, row) {
    const { size } = job;
    const explicit = job.solvedBias !== 0;
    const unknowns = explicit ? size + 1 : size;
    const rowStart = new Uint32Array(buffer, job.rowStart + row * 4, 2);
    const columns = new Uint32Array(buffer, job.columns, rowStart[1]);
    const values = new Float32Array(buffer, job.values, rowStart[1]);
    const fixed = new Float32Array(buffer, job.fixed);
    const fixedBias = job.fixedBias === 0 ? null : new Float32Array(buffer, job.fixedBias);
    const system = new Float64Array(unknowns * unknowns);
    const solution = new Float64Array(unknowns);
    const z = new Float64Array(unknowns).fill(1);
    if (job.shared !== 0) {
        const shared = new Float32Array(buffer, job.shared, size * size);
        for (let f = 0; f < size; f++)
            for (let g = f; g < size; g++)
                system[g * unknowns + f] = shared[f * size + g];
    }
    for (let at = rowStart[0]; at < rowStart[1]; at++) {
        const column = columns[at];
        for (let f = 0; f < size; f++)
            z[f] = fixed[column * size + f];
        const weight = job.alpha === 0 ? 1 : job.alpha * values[at];
        const target = job.alpha === 0 ? values[at] - job.mean - (fixedBias === null ? 0 : fixedBias[column]) : 1 + weight;
        for (let f = 0; f < unknowns; f++) {
            solution[f] += target * z[f];
            for (let g = 0; g <= f; g++)
                system[f * unknowns + g] += weight * z[f] * z[g];
        }
    }
    if (job.cofactors !== 0) {
        const cofactors = new Float32Array(buffer, job.cofactors);
        for (let at = rowStart[0]; at < rowStart[1]; at++)
            for (let f = 0; f < size; f++)
                solution[f] += job.cofactorWeight * cofactors[columns[at] * size + f];
    }
    const scale = new Float32Array(buffer, job.rowScale)[row];
    for (let f = 0; f < size; f++)
        system[f * unknowns + f] += job.lambda * scale;
    if (explicit)
        system[size * unknowns + size] += job.lambdaBias * scale;
    const failed = (0, cholesky_1.solveCholesky)(system, solution, unknowns);
    if (failed >= 0)
        return failed;
    new Float32Array(buffer, job.solved + row * size * 4, size).set(solution.subarray(0, size));
    if (explicit)
        new Float32Array(buffer, job.solvedBias)[row] = solution[size];
    return -1;
}
//# sourceMappingURL=float64.js.map