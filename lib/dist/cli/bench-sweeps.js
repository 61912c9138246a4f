"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sweepTimes = sweepTimes;
const als_1 = require("../als");
const synthetic_1 = require("./synthetic");
/** Rank, users, items and ratings a user: sweeps of 1 to 100 ms, short and long rows at small and large ranks. */
const CASES = [
    [16, 8_000, 500, 20],
    [32, 20_000, 500, 10],
    [64, 2_000, 500, 150],
    [64, 6_000, 500, 5],
    [128, 1_000, 500, 10],
    [128, 1_000, 500, 160],
];
const STEPS = 2;
const TURNS = 12;
/** Sweeps of every case with both solvers, on one thread. */
async function sweepTimes() {
    const times = [];
    for (const [rank, users, items, ratingsPerRow] of CASES) {
        const problem = (0, als_1.problemOf)({ ...(0, als_1.defaultOptions)("explicit"), rank });
        const engine = new als_1.Factorisation((0, synthetic_1.evenDataset)(users, items, ratingsPerRow), problem, { threads: 1 });
        try {
            // Factors that are no longer random, and kernels that are compiled.
            for (const side of [engine.users, engine.items])
                await engine.solveSide(side, "cholesky");
            const shape = { size: (0, als_1.paddedRank)(rank), ratings: users * ratingsPerRow, rows: users, columns: items };
            for (const solver of ["cholesky", "cg"]) {
                const steps = solver === "cg" ? STEPS : 0;
                let measuredNanoseconds = Infinity;
                for (let turn = 0; turn < TURNS; turn++) {
                    const start = process.cpuUsage();
                    await engine.solveSide(engine.users, solver, STEPS);
                    const { user, system } = process.cpuUsage(start);
                    measuredNanoseconds = Math.min(measuredNanoseconds, (user + system) * 1e3);
                }
                times.push({
                    ...{ solver, rank, rows: users, ratingsPerRow, shape, steps },
                    predictedNanoseconds: (0, als_1.sweepNanoseconds)(solver, shape, steps),
                    measuredNanoseconds,
                });
            }
        }
        finally {
            await engine.close();
        }
    }
    return times;
}
//# sourceMappingURL=bench-sweeps.js.map