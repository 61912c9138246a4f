import { train, type AlsOptions } from "../als";
import type { Dataset } from "../data";
import { factorVectors, lshCurve, type LshPoint } from "../recommend";

/** LSH with its default options against the exact search, on the item factors of one training. */
export interface SimilarTimes extends LshPoint {
  data: string;
  mode: AlsOptions["feedback"];
  metric: "cosine" | "euclidean";
  items: number;
  rank: number;
}

const ITERATIONS = 3;
const QUERIES = 500;

/**
 * Item factors of explicit and of implicit feedback, searched both ways.
 * @throws WorkspaceError TRAINING_ABORTED after `signal`, and what `train` throws
 */
export async function similarTimes(
  data: Dataset,
  name: string,
  rank: number,
  threads: number,
  signal: AbortSignal,
): Promise<SimilarTimes[]> {
  const times: SimilarTimes[] = [];
  for (const mode of ["explicit", "implicit"] as const) {
    const model = await train(
      data,
      { feedback: mode, rank, solver: "cg", iterations: ITERATIONS },
      { threads, signal },
    );
    const vectors = factorVectors(model);
    for (const metric of ["cosine", "euclidean"] as const) {
      const [point] = lshCurve(vectors, [{}], { metric, queries: QUERIES });
      times.push({ ...point, data: name, mode, metric, items: vectors.items, rank });
    }
  }
  return times;
}
