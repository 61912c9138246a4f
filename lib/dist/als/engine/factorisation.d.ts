import { type Dataset } from "../../data";
import { type Groups } from "./groups";
import { type Instructions } from "./kernels";
import { type SideView } from "./views";
/** What a factorisation minimises, and how. See `AlsOptions` for the meaning of each number. */
export interface Problem {
    feedback: "explicit" | "implicit";
    rank: number;
    lambda: number;
    lambdaBias: number;
    nu: number;
    alpha: number;
    /** Weight of the implicit co-factors; 0 for none. */
    cofactorWeight: number;
    /** β: users are solved with weight w·β, items with w/β. */
    cofactorBalance: number;
    lambdaCofactor: number;
    nonNegative: boolean;
    seed: number;
}
export interface Resources {
    threads: number;
    instructions?: Instructions;
    /** Columns that rows pass over together at a time, in place of what suits the factors' size; 0 for none. */
    block?: number;
}
export type Solver = "cholesky" | "cg";
/** One side: its view of the ratings and its factors, all in the shared memory, factors row-major [rows × size] with zeros past the rank. */
export interface Side {
    readonly name: "user" | "item";
    readonly ids: Uint32Array;
    readonly view: SideView;
    /** Ratings per row. */
    readonly counts: Float32Array;
    /** How rows are grouped where they take their conjugate-gradient passes together. */
    readonly groups: Groups;
    /** n^ν per row. */
    readonly scales: Float32Array;
    readonly factors: Float32Array;
    readonly bias: Float32Array | null;
    /** What stands against the other side's factors in the 0/1 matrix of what was rated. */
    readonly cofactors: Float32Array | null;
}
/** Rank padded so that every kernel works on whole blocks of eight. */
export declare const paddedRank: (rank: number) => number;
/**
 * A factorisation in one shared memory, solved side by side by threads. The same problem and data give the same bits
 * with any number of threads: one thread owns a row, and sums over rows are taken in fixed segments.
 *
 * With `cg` and with co-factors all factors are turned together (P·V, Q·V: predictions and norms stay) so that what
 * a side's systems have in common is diagonal; `cholesky` leaves them as they are.
 */
export declare class Factorisation {
    readonly problem: Problem;
    private readonly clip;
    readonly size: number;
    readonly users: Side;
    readonly items: Side;
    readonly globalMean: number;
    readonly instructions: Instructions;
    /** Rows that exact solves found positive definite only with the first, second or third jitter, and those left to float64. */
    readonly rescues: Int32Array;
    private readonly kernels;
    private readonly arena;
    private readonly pool;
    private readonly cursor;
    private readonly stopFlag;
    private readonly jobAddress;
    /** The caller's own, for small tasks over rows. */
    private readonly scratch;
    private readonly segments;
    private readonly shared;
    private readonly axes;
    private readonly spectrum;
    private readonly profile;
    private readonly centre;
    private readonly losses;
    /** @throws WorkspaceError MEMORY_EXCEEDED when one WebAssembly memory cannot hold it */
    constructor(dataset: Dataset, problem: Problem, resources: Resources, clip?: {
        min: number;
        max: number;
    });
    private side;
    /** Damped mean deviations for the items, which the users are first solved against; zeros for the users. */
    private initialBias;
    /**
     * Solves every row of `solved` with the other side fixed.
     *
     * @param steps conjugate-gradient steps a row
     * @param tolerance share of a row's squared residuals below which what the first step gains ends the row; 0 for all steps
     * @throws WorkspaceError SOLVE_FAILED naming the row
     */
    solveSide(solved: Side, solver: Solver, steps?: number, tolerance?: number): Promise<void>;
    /**
     * Shares each axis's length between the sides: p_f·a, q_f/a leave every prediction as it is, and the a at which
     * both sides' penalties on the axis are equal makes their sum least. Alternating solves come to it by themselves, but
     * slowly; taking it at once saves iterations. Axes on which a side is still nothing stay.
     */
    balance(): Promise<void>;
    /** Co-factors against the 0/1 matrix: (w·PᵀP + λ_z·n^ν·I) z = w·Σ p over the rated; diagonal once the factors are turned. */
    private solveCofactors;
    /** The weight of the 0/1 matrix in the systems of a side. */
    private cofactorWeight;
    private solve;
    /** The regularised objective, and for explicit feedback the RMSE of the clipped predictions on the training ratings. */
    measure(): Promise<{
        loss: number;
        trainRmse: number | null;
    }>;
    /** RMSE of the clipped predictions on other ratings of the same users and items, explicit feedback. */
    rmse({ users, items, ratings }: Dataset): number;
    /** A side's factors by dense index, row-major [rows × rank], without the padding. */
    factorsOf({ view, factors }: Side, rank: number): Float64Array;
    /** A side's biases by dense index; zeros where the model has none. */
    biasOf({ view, bias }: Side): Float64Array;
    /**
     * Each user's n best unseen items, best first, ties by ascending index; items without a rating are never among them.
     *
     * @returns by engine row of the user (`users.view.denseOf`): `items`, dense indices, 0xffffffff where fewer remain, and
     *   `scores`, both [users × n], without the user's own bias and the mean, which change no order
     */
    topItems(n: number): Promise<{
        items: Uint32Array;
        scores: Float32Array;
    }>;
    /** Copies of all that the sweeps change. */
    snapshot(): Float32Array[];
    /** Goes back to a snapshot of this factorisation or of an equal one. */
    restore(state: Float32Array[]): void;
    private learned;
    /** Ends the work between two rows: a running `solveSide` resolves early, with rows left as they were. */
    stop(): void;
    /** Ends all threads; resolves when none is left. */
    close(): Promise<void>;
    private start;
    private job;
    /** The fit of a side's rated cells, with its own factors against the other side's, or with those given. */
    private fit;
    private other;
    private onSegments;
    /** Σ w·x xᵀ over a side's rows, float64, whole matrix; w is 1 or as given. */
    private gram;
    /** Takes the mean rated column out of a side's Gramian weighted by ratings: what is left is what a bias does not explain. */
    private centreGram;
    /** Mean and variance of x over a side's ratings, per factor, for the preconditioner; without biases mean 0 and the mean square. */
    private describeColumns;
    /** Σ w·x and behind it Σ w·x², per factor, over a side's rows: float64 [2 × size]. */
    private moments;
    /** Σ n^ν·‖x‖² over a side's rows. */
    private norms;
    /** The axes of a Gramian as columns, row-major [size × size]; leaves its spectrum times `weight` in `spectrum`. */
    private principalAxes;
    /** Turns all factors by the same axes. */
    private turn;
}
