/** A training after some iterations: with the same data and options, `resume` goes on to the same bits. */
export interface Checkpoint {
    /** Data and options that it belongs to. */
    fingerprint: string;
    /** Iterations done. */
    iteration: number;
    /** Which of the ensemble's models is under way, and those that are ready. */
    seed: number;
    /** Copies of the factors, biases and co-factors, in the engine's own numbering. */
    state: Float32Array[];
}
/** Writes a checkpoint in one piece: a file of that name is either the old one or the new one. */
export declare function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void>;
export declare function loadCheckpoint(path: string): Promise<Checkpoint>;
