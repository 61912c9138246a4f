import { performance } from "node:perf_hooks";
import { seededRandom, shuffle, WorkspaceError } from "../data";
import { lshIndex, type LshOptions } from "./lsh";
import { exactSearch, type SimilarityMetric, type SimilaritySearch } from "./similar";
import type { ItemVectors } from "./vectors";

/** One setting of an LSH index against the exact search on the same items. */
export interface LshPoint {
  options: LshOptions;
  /** Mean share of the exact n nearest that the index finds. */
  recall: number;
  /** Mean share of the items that it compares. */
  scoredShare: number;
  /** Milliseconds, median over the items asked for. */
  lshMs: number;
  exactMs: number;
  buildMs: number;
}

/**
 * What an LSH index gives up and gains, setting by setting.
 * @param settings one index each
 * @param options.n neighbours, 10 by default; options.queries items asked for, drawn with `seed`, 200 by default
 * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY when no item has a vector and neighbours
 */
export function lshCurve(
  vectors: ItemVectors,
  settings: readonly LshOptions[],
  options: { metric?: SimilarityMetric; n?: number; queries?: number; seed?: number } = {},
): LshPoint[] {
  const { metric = "cosine", n = 10, queries = 200, seed = 1 } = options;
  const exact = exactSearch(vectors, metric);
  const asked = askable(vectors, queries, seed);
  const answers = timed(exact, asked, n);
  const neighbours = answers.items.reduce((sum, items) => sum + items.length, 0);
  if (neighbours === 0)
    throw new WorkspaceError("METRIC_EMPTY", "no item has a vector and a neighbour to find");
  return settings.map((setting) => {
    const start = performance.now();
    const index = lshIndex(vectors, { ...setting, metric });
    const buildMs = performance.now() - start;
    const found = timed(index, asked, n);
    let recall = 0;
    answers.items.forEach((items, at) => {
      const own = new Set(found.items[at]);
      recall += items.filter((item) => own.has(item)).length;
    });
    return {
      options: { ...setting, metric },
      recall: recall / neighbours,
      scoredShare: found.scored / asked.length / vectors.items,
      lshMs: found.ms,
      exactMs: answers.ms,
      buildMs,
    };
  });
}

function askable({ items, rowStart, values }: ItemVectors, queries: number, seed: number): Uint32Array {
  const present = Uint32Array.from({ length: items }, (_, item) => item).filter((item) =>
    values.subarray(rowStart[item], rowStart[item + 1]).some((value) => value !== 0),
  );
  return shuffle(present, seededRandom(seed)).slice(0, queries);
}

function timed(
  search: SimilaritySearch,
  asked: Uint32Array,
  n: number,
): { items: number[][]; scored: number; ms: number } {
  const times: number[] = [];
  const items: number[][] = [];
  let scored = 0;
  for (const item of asked) {
    const start = performance.now();
    const nearest = search.nearest(item, n);
    times.push(performance.now() - start);
    scored += nearest.scored;
    items.push(nearest.items.map((found) => found.item));
  }
  times.sort((a, b) => a - b);
  return { items, scored, ms: times[times.length >> 1] ?? 0 };
}
