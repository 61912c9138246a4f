import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";

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

export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return deserialize(await readFile(path)) as Checkpoint;
}
