import {
  defaultOptions,
  Factorisation,
  paddedRank,
  problemOf,
  sweepNanoseconds,
  type Solver,
  type SweepShape,
} from "../als";
import { evenDataset } from "./synthetic";

/** A sweep over the users beside what the cost model expects of it. */
export interface SweepTimes {
  solver: Solver;
  rank: number;
  /** Users, all of equally many ratings. */
  rows: number;
  ratingsPerRow: number;
  shape: SweepShape;
  /** Conjugate-gradient steps; an exact sweep has none. */
  steps: number;
  predictedNanoseconds: number;
  /** CPU time of the quickest of several sweeps: what other work on the machine disturbs least. */
  measuredNanoseconds: number;
}

/** Rank, users, items and ratings a user: sweeps of 1 to 100 ms, short and long rows at small and large ranks. */
const CASES: [rank: number, users: number, items: number, ratingsPerRow: number][] = [
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
export async function sweepTimes(): Promise<SweepTimes[]> {
  const times: SweepTimes[] = [];
  for (const [rank, users, items, ratingsPerRow] of CASES) {
    const problem = problemOf({ ...defaultOptions("explicit"), rank });
    const engine = new Factorisation(evenDataset(users, items, ratingsPerRow), problem, { threads: 1 });
    try {
      // Factors that are no longer random, and kernels that are compiled.
      for (const side of [engine.users, engine.items]) await engine.solveSide(side, "cholesky");
      const shape = { size: paddedRank(rank), ratings: users * ratingsPerRow, rows: users, columns: items };
      for (const solver of ["cholesky", "cg"] as const) {
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
          predictedNanoseconds: sweepNanoseconds(solver, shape, steps),
          measuredNanoseconds,
        });
      }
    } finally {
      await engine.close();
    }
  }
  return times;
}
