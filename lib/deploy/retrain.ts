import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultOptions, partialFit, train, type AlsModel, type IterationReport } from "../als";
import { createDataset, WorkspaceError, type Dataset } from "../data";
import { trainListerBeside } from "../recommend";
import type { StoredEvent } from "./events";
import { promotionGate, refusalOf, type GateOptions, type GateReport } from "./gate";
import { exportModel, loadModel, type LoadedModel } from "./model-file";
import { publishModel } from "./promotion";
import { readCurrent } from "./registry";

/** Ratings of a data set with those of events. */
export interface MergedRatings {
  dataset: Dataset;
  /** The ratings of events that are in `dataset`, alone and in an index space of their own; null where there are none. */
  fresh: Dataset | null;
  /** Ratings of events that the data had none of. */
  added: number;
  /** That took the place of an older rating of the same film by the same user. */
  renewed: number;
  /** That were left out: of films that the data does not know, or older than the data's own. */
  unknownFilms: number;
  older: number;
}

/**
 * A data set with the ratings of events. Of several ratings of a film by one user the latest counts, whether from
 * the data or from the events; of ratings of one time that of the data. Films must be in the data's table, or nothing could be said of them.
 * @param events as `readEvents` gives them; others than ratings are passed over
 * @throws WorkspaceError DATA_INVALID for stars off the data's scale, and what `events` throws
 */
export async function mergeEvents(
  dataset: Dataset,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
): Promise<MergedRatings> {
  type Given = { rating: number; timestamp: number };
  const { min, max } = dataset.scale;
  const given = new Map<number, Map<number, Given>>();
  const unknown = new Set<string>();
  for await (const event of events) {
    if (event.type !== "rating") continue;
    const { userId, movieId, rating, timestamp } = event;
    if (!dataset.movies.has(movieId)) {
      unknown.add(`${userId} ${movieId}`);
      continue;
    }
    if (!(rating >= min && rating <= max))
      throw new WorkspaceError(
        "DATA_INVALID",
        `an event has ${rating} stars by user ${userId} for movie ${movieId}, ${dataset.name} has ${min} to ${max}`,
      );
    const own = given.get(userId) ?? new Map<number, Given>();
    given.set(userId, own);
    if (timestamp >= (own.get(movieId)?.timestamp ?? -Infinity)) own.set(movieId, { rating, timestamp });
  }

  let [renewed, older] = [0, 0];
  const rows = new Uint32Array(dataset.ratings.length);
  let kept = 0;
  dataset.users.forEach((user, row) => {
    const own = given.get(dataset.userIds[user]);
    const movieId = dataset.itemIds[dataset.items[row]];
    const event = own?.get(movieId);
    if (event === undefined) rows[kept++] = row;
    else if (event.timestamp > dataset.timestamps[row]) renewed++;
    else {
      own!.delete(movieId);
      older++;
      rows[kept++] = row;
    }
  });
  const taken = [...given].flatMap(([userId, own]) =>
    [...own].map(([movieId, { rating, timestamp }]) => ({ userId, movieId, rating, timestamp })),
  );
  const hash = createHash("sha256").update(dataset.hash).update(JSON.stringify(taken)).digest("hex");
  const joined = (kept: Uint32Array, name: string): Dataset => {
    const column = <T extends Uint32Array | Float32Array | Float64Array>(
      values: T,
      old: (row: number) => number,
      event: (one: (typeof taken)[number]) => number,
    ): T => {
      kept.forEach((row, k) => (values[k] = old(row)));
      taken.forEach((one, k) => (values[kept.length + k] = event(one)));
      return values;
    };
    const { users, items, userIds, itemIds, ratings, timestamps } = dataset;
    const size = kept.length + taken.length;
    return createDataset({
      ...dataset,
      name,
      hash,
      userId: column(
        new Uint32Array(size),
        (row) => userIds[users[row]],
        (one) => one.userId,
      ),
      movieId: column(
        new Uint32Array(size),
        (row) => itemIds[items[row]],
        (one) => one.movieId,
      ),
      ratings: column(
        new Float32Array(size),
        (row) => ratings[row],
        (one) => one.rating,
      ),
      timestamps: column(
        new Float64Array(size),
        (row) => timestamps[row],
        (one) => one.timestamp,
      ),
    });
  };
  return {
    dataset: taken.length === 0 ? dataset : joined(rows.subarray(0, kept), `${dataset.name} and events`),
    fresh: taken.length === 0 ? null : joined(new Uint32Array(0), "events"),
    added: taken.length - renewed,
    renewed,
    unknownFilms: unknown.size,
    older,
  };
}

export interface RetrainOptions {
  modelsFolder: string;
  merged: MergedRatings;
  /** Fits the current model to the events alone, instead of training on everything again; see `partialFit`. */
  partial?: boolean;
  gate: GateOptions;
  /** Builds and judges the candidate, and leaves nothing in the registry. */
  dryRun?: boolean;
  onIteration?: (report: IterationReport) => void;
}

export interface RetrainOutcome {
  /** Of the candidate; in a dry run, the name that it had while it was judged. */
  version: string;
  /** Null for a registry without a current model. */
  before: string | null;
  /** Whether it is current now; in a dry run, whether it would be. */
  promoted: boolean;
  dryRun: boolean;
  partial: boolean;
  /** Null where the gate was not asked: for the first model. */
  report: GateReport | null;
  /** In a sentence, what became of it; of a refusal, which checks failed. */
  says: string;
}

/**
 * Builds a candidate from data and events, with the options of the current model (or the defaults), and lets the promotion gate decide.
 * The gate holds out ratings of `merged.dataset`, which both models are judged on, and trains both again without them; a
 * partial candidate is judged by what a training on its ratings gives.
 * Running servers take a promoted model up by themselves. A refused one stays in the registry, aside.
 * @throws WorkspaceError MODEL_MISSING for a partial fit without a current model, DATA_INVALID for one without fresh ratings,
 *   and what `train`, `partialFit`, `publishModel` and `promotionGate` throw
 */
export async function retrain(options: RetrainOptions): Promise<RetrainOutcome> {
  const { modelsFolder, merged, partial = false, gate, dryRun = false } = options;
  const pointer = await readCurrent(modelsFolder);
  const current = pointer === null ? null : await loadModel(join(modelsFolder, pointer.version));
  const started = performance.now();
  const model = await candidate(current, options);
  // A registry's first model has a lister, as `npm run train` makes one; a later one has what the current model has.
  const listing = current === null ? {} : current.manifest.lister?.options;
  const lister = listing && trainListerBeside(model, merged.dataset, listing);
  const metrics = { trainSeconds: (performance.now() - started) / 1000 };
  const shared = { before: pointer?.version ?? null, dryRun, partial };
  if (!dryRun) {
    const { version, promoted, report, says } = await publishModel(model, {
      folder: modelsFolder,
      dataset: merged.dataset,
      metrics,
      lister,
      promote: { gate },
    });
    return { version, ...shared, promoted, report, says };
  }
  const folder = await mkdtemp(join(tmpdir(), "movielens-candidate-"));
  try {
    const exported = await exportModel(model, { folder, dataset: merged.dataset, metrics, lister });
    const { version } = exported;
    if (current === null)
      return {
        version,
        ...shared,
        promoted: true,
        report: null,
        says: "It would be the first model, and current.",
      };
    const report = await promotionGate(await loadModel(exported.folder), current, merged.dataset, gate);
    const says = report.passed
      ? `It would be current, in place of ${current.manifest.version}: the promotion gate passed.`
      : `It would not be promoted. ${refusalOf(report)}.`;
    return { version, ...shared, promoted: report.passed, report, says };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function candidate(
  current: LoadedModel | null,
  { merged, partial, gate, modelsFolder, onIteration }: RetrainOptions,
): Promise<AlsModel> {
  if (!partial) {
    const options = current?.manifest.options ?? defaultOptions("explicit");
    return train(merged.dataset, options, { signal: gate.signal, onIteration });
  }
  if (current === null)
    throw new WorkspaceError("MODEL_MISSING", `no model in ${modelsFolder} is current: there is none to fit`);
  if (merged.fresh === null)
    throw new WorkspaceError("DATA_INVALID", "there is no fresh rating to fit the current model to", {
      mend: "Wait for feedback, or name another folder with --events.",
    });
  return partialFit(current.model, merged.fresh);
}
