import { type Solver, type SweepShape } from "../als";
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
/** Sweeps of every case with both solvers, on one thread. */
export declare function sweepTimes(): Promise<SweepTimes[]>;
