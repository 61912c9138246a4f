import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import { WorkspaceError } from "../../errors";

/** Copies of the factors, biases and co-factors, in the engine's own numbering. */
export type FactorState = Float32Array[];

/** A training after some iterations: with the same data and options, `resume` goes on to the same bits. */
export interface Checkpoint {
  /** Data and options that it belongs to. */
  fingerprint: string;
  /** Of an ensemble, the models that are ready, in the order of their seeds; of a single model none. */
  ready: FactorState[];
  /** Iterations done of the model under way, and where they led. */
  iteration: number;
  state: FactorState;
  /** Of the model under way, the iteration that did best on the validation set; null where training has no patience. */
  best: { rmse: number; iteration: number; state: FactorState } | null;
}

/** Writes a checkpoint in one piece: a file of that name is either the old one or the new one. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, serialize(checkpoint));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** @throws WorkspaceError CHECKPOINT_INVALID for a file that cannot be read, or is none of `saveCheckpoint` */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  let read: Partial<Checkpoint> | undefined;
  try {
    read = deserialize(await readFile(path)) as Partial<Checkpoint> | undefined;
  } catch (error) {
    throw new WorkspaceError("CHECKPOINT_INVALID", `${path}: ${(error as Error).message}`);
  }
  if (typeof read?.fingerprint !== "string" || !Array.isArray(read.state) || !Array.isArray(read.ready))
    throw new WorkspaceError("CHECKPOINT_INVALID", `${path} is no checkpoint of a training`);
  return read as Checkpoint;
}
