import {
  AlsModel,
  completeOptions,
  factorisationBytes,
  LARGEST_MEMORY,
  train,
  type AlsOptions,
  type TrainOptions,
} from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type ErrorCode } from "../data";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import type { SparkModel } from "./model";
import { checkpointFolder, keptFrame, type Kept } from "./kept";
import { sendRatings } from "./ratings";
import type { SendOptions } from "./send";
import type { SparkSession } from "./session";

const ALS = "org.apache.spark.ml.recommendation.ALS";

/** Rounds of items' and users' biases, each fitted with the other fixed; later ones move no bias by a hundredth. */
const BIAS_ROUNDS = 3;

/**
 * Biases that are fitted before any factor take what factors would explain better: damped twice as much as beside
 * factors, they leave it to them. Fitted again to what the factors leave, they want half the damping. Chosen on
 * fifths held out of the training ratings of ml-latest-small.
 */
const DAMPING = { before: 2, after: 0.5 };

/** Sweeps after which what Spark has computed is written down, so that a lost worker costs no more. */
const CHECKPOINT_SWEEPS = 5;

/** Ratings of a block: Spark's tasks of a sweep are user blocks and item blocks. */
const BLOCK_RATINGS = 500_000;

export interface SparkTrainOptions extends SendOptions {
  /** The training ratings where they are on Spark already, in place of sending those of the data set. */
  ratings?: Frame;
  /** Blocks of users and of items, each a task; one for half a million ratings and 2 at least by default. */
  blocks?: number;
  /**
   * Sweeps of the local engine from Spark's factors, which solve biases and factors at once, under the local penalty;
   * 1 by default, 0 for Spark's factors as they are.
   */
  refine?: number;
  /** Called as the work goes on: what is done now, in a few words. */
  onStep?: (step: string) => void;
}

/** What Spark ML calls the options. */
export interface SparkParameters {
  regParam: number;
  blocks: number;
  /** Where lineage is cut; null where the cluster has no folder for it (spark.checkpoint.dir). */
  checkpoints: string | null;
}

export interface SparkTraining {
  model: AlsModel;
  spark: SparkParameters;
  /** Seconds of each step: sending, biases, factors, receiving, refining. */
  seconds: Record<"send" | "biases" | "factors" | "receive" | "refine", number>;
}

/**
 * Trains on Spark what `train` trains here, and gives the same kind of model: μ, biases and factors. For explicit
 * feedback the damped biases are taken out of the ratings by SQL, Spark ML's ALS factorises what is left, and SQL
 * fits the biases again beside the factors; local training solves for both at once, and `refine` catches up with that.
 *
 * Spark penalises a row of n ratings by regParam·n, the local engine by λ·n^ν. `regParam` is the λ·n^(ν − 1) of a
 * user of mean length, so that the same options mean about the same model; with ν = 1 it is the same penalty.
 * @param dataset names the users and items, and has the training ratings: the model keeps them for what is seen
 * @throws WorkspaceError OPTION_INVALID for an option that Spark ML has not, MEMORY_EXCEEDED before anything is begun where
 *   `refine` asks for more than the local engine holds, SPARK_… as the session does, SOLVE_FAILED if a factor is not finite
 */
export async function trainOnSpark(
  session: SparkSession,
  dataset: Dataset,
  given: TrainOptions,
  settings: SparkTrainOptions = {},
): Promise<SparkTraining> {
  const options = completeOptions(given);
  checkForSpark(options);
  const { refine = 1, signal, onStep, onProgress } = settings;
  if (refine > 0) checkRefinable(dataset, options);
  const wait: WaitOptions = { signal, onProgress };
  const seconds = { send: 0, biases: 0, factors: 0, receive: 0, refine: 0 };
  const timed = async <T>(step: keyof typeof seconds, says: string, work: () => Promise<T>): Promise<T> => {
    onStep?.(says);
    const start = performance.now();
    const result = await work();
    seconds[step] += (performance.now() - start) / 1000;
    return result;
  };
  const rows = dataset.ratings.length;
  const parameters: SparkParameters = {
    regParam: regParamOf(options, dataset),
    blocks: settings.blocks ?? Math.max(2, Math.ceil(rows / BLOCK_RATINGS)),
    checkpoints: await checkpointFolder(session),
  };
  const kept: Kept[] = [];
  const keep = async (frame: Frame): Promise<Frame> => {
    const own = await keptFrame(session, frame, wait);
    kept.push(own);
    return own.frame;
  };
  let als: SparkModel | null = null;
  let gone = false;
  try {
    const ratings = await timed("send", "ratings to Spark", async () => {
      const { ratings } = settings;
      return ratings
        ? keep(session.sql("SELECT userId, movieId, rating FROM ratings", {}, { ratings }))
        : sendRatings(session, dataset, settings);
    });
    const fittedBiases = async (
      says: string,
      damping: number,
      frame: () => Frame | Promise<Frame>,
    ): Promise<Biases | null> =>
      options.feedback === "explicit"
        ? timed("biases", says, async () => fitBiases(session, await frame(), options, damping, keep, wait))
        : null;
    const before = await fittedBiases("biases by SQL", DAMPING.before, () => ratings);
    als = await timed("factors", "factors by Spark ML", () =>
      session.fit(
        ALS,
        {
          rank: options.rank,
          maxIter: options.iterations,
          regParam: parameters.regParam,
          implicitPrefs: options.feedback === "implicit",
          alpha: options.feedback === "implicit" ? options.alpha : 1,
          nonnegative: options.nonNegative ?? false,
          userCol: "userId",
          itemCol: "movieId",
          ratingCol: "rating",
          seed: BigInt(options.seed),
          numUserBlocks: parameters.blocks,
          numItemBlocks: parameters.blocks,
          checkpointInterval: parameters.checkpoints === null ? -1 : CHECKPOINT_SWEEPS,
          coldStartStrategy: "nan",
        },
        before ? before.residuals : ratings,
        wait,
      ),
    );
    const fitted = als;
    const biases =
      before &&
      (await fittedBiases("biases beside the factors", DAMPING.after, () =>
        keep(unexplained(session, ratings, fitted)),
      ));
    const trained = await timed("receive", "factors from Spark", async () => {
      const { rank } = options;
      return new AlsModel({
        options,
        globalMean: biases?.mean ?? 0,
        scale: dataset.scale,
        userIds: dataset.userIds,
        itemIds: dataset.itemIds,
        userFactors: await factorsOf(
          fitted.frame("userFactors"),
          dataset.userIds,
          dataset.userIndex,
          rank,
          wait,
        ),
        itemFactors: await factorsOf(
          fitted.frame("itemFactors"),
          dataset.itemIds,
          dataset.itemIndex,
          rank,
          wait,
        ),
        userBias: await biasesOf(biases?.users, dataset.userIndex, dataset.userIds.length, wait),
        itemBias: await biasesOf(biases?.items, dataset.itemIndex, dataset.itemIds.length, wait),
        ratings: ratingsByUser(dataset),
      });
    });
    const model =
      refine === 0
        ? trained
        : await timed("refine", "sweeps here", () => refined(trained, dataset, refine, signal));
    return { model, spark: parameters, seconds };
  } catch (error) {
    gone = error instanceof WorkspaceError && WITHOUT_SESSION.includes(error.code);
    throw error;
  } finally {
    // Where the session is gone, all this is gone with it.
    if (!gone) {
      await als?.delete().catch(() => undefined);
      for (const { release } of kept) await release();
    }
  }
}

const WITHOUT_SESSION: readonly ErrorCode[] = ["SPARK_UNREACHABLE", "SPARK_SESSION_LOST"];

/** @throws WorkspaceError MEMORY_EXCEEDED where the local engine could not go on from Spark's factors */
function checkRefinable(dataset: Dataset, { rank }: AlsOptions): void {
  if (factorisationBytes(dataset, { rank, cofactorWeight: 0 }) < LARGEST_MEMORY) return;
  throw new WorkspaceError(
    "MEMORY_EXCEEDED",
    `${dataset.ratings.length.toLocaleString("en")} ratings at rank ${rank} are too many for sweeps of the local engine`,
    { mend: "Take Spark's factors as they are: --refine 0 (refine: 0)." },
  );
}

/** The local engine goes on from a model: so many exact sweeps of its own objective, over items and users at once. */
export async function refined(
  model: AlsModel,
  dataset: Dataset,
  sweeps: number,
  signal?: AbortSignal,
): Promise<AlsModel> {
  const { options } = model.parts;
  const swept = await train(
    dataset,
    { ...options, iterations: sweeps, solver: "cholesky" },
    { start: model.parts, signal },
  );
  return new AlsModel({ ...swept.parts, options });
}

/** @throws WorkspaceError OPTION_INVALID for what Spark ML's ALS does not do */
export function checkForSpark(options: AlsOptions): void {
  const cofactors = options.feedback === "explicit" && (options.cofactorWeight ?? 0) > 0;
  const unknown = cofactors
    ? "co-factors"
    : (options.seeds ?? 1) > 1
      ? "several seeds"
      : (options.solver ?? "auto") !== "auto"
        ? `the solver "${options.solver}"`
        : null;
  if (unknown)
    throw new WorkspaceError("OPTION_INVALID", `Spark ML's ALS does not have ${unknown}`, {
      mend: "Leave the option out, or train with --engine local.",
    });
}

/** λ·n^(ν − 1), n the mean number of ratings of a user who has any. */
export function regParamOf({ lambda, nu }: AlsOptions, { users }: Dataset): number {
  return lambda * (users.length / new Set(users).size) ** (nu - 1);
}

/** The ratings less what the factors say of them. */
const unexplained = (session: SparkSession, ratings: Frame, model: SparkModel): Frame =>
  session.sql(
    "SELECT userId, movieId, rating - prediction AS rating FROM predicted",
    {},
    { predicted: model.transform(ratings) },
  );

interface Biases {
  mean: number;
  users: Frame;
  items: Frame;
  /** userId, movieId and as `rating` what is left of it. */
  residuals: Frame;
}

/**
 * μ and the damped biases b = Σ (r − μ − other side's b) / (n + damping·λ_b·n^ν), users' and items' in turn; and the
 * residuals.
 */
async function fitBiases(
  session: SparkSession,
  ratings: Frame,
  options: AlsOptions & { feedback: "explicit" },
  damping: number,
  keep: (frame: Frame) => Promise<Frame>,
  wait: WaitOptions,
): Promise<Biases> {
  const [{ mean }] = (await session
    .sql("SELECT avg(rating) AS mean FROM ratings", {}, { ratings })
    .collect(wait)) as { mean: number }[];
  const { lambdaBias, nu } = options;
  const side = (own: string, other: string, fixed: Frame | null): Promise<Frame> =>
    keep(
      session.sql(
        `SELECT r.${own} AS id,
           sum(r.rating - :mean${fixed ? " - o.bias" : ""}) / (count(*) + :damping * pow(count(*), :nu)) AS bias
         FROM ratings r ${fixed ? `JOIN other o ON o.id = r.${other}` : ""}
         GROUP BY r.${own}`,
        { mean, damping: damping * lambdaBias, nu },
        fixed ? { ratings, other: fixed } : { ratings },
      ),
    );
  let users: Frame | null = null;
  let items!: Frame;
  for (let round = 0; round < BIAS_ROUNDS; round++) {
    items = await side("movieId", "userId", users);
    users = await side("userId", "movieId", items);
  }
  const residuals = session.sql(
    `SELECT r.userId, r.movieId, CAST(r.rating - :mean - u.bias - i.bias AS FLOAT) AS rating
     FROM ratings r JOIN users u ON u.id = r.userId JOIN items i ON i.id = r.movieId`,
    { mean },
    { ratings, users: users!, items },
  );
  return { mean, users: users!, items, residuals };
}

/** Factors by dense index, row-major [rows × rank], zeros for rows that Spark has none for. @throws WorkspaceError SOLVE_FAILED */
async function factorsOf(
  frame: Frame,
  ids: Uint32Array,
  index: ReadonlyMap<number, number>,
  rank: number,
  wait: WaitOptions,
): Promise<Float64Array> {
  const factors = new Float64Array(ids.length * rank);
  for await (const batch of frame.batches(wait)) {
    const own = batch.numbers("id");
    const { values } = batch.vectors("features");
    for (let row = 0; row < batch.length; row++) {
      const dense = denseOf(index, Number(own[row]));
      for (let f = 0; f < rank; f++) {
        const value = values[row * rank + f];
        if (!Number.isFinite(value))
          throw new WorkspaceError("SOLVE_FAILED", `Spark's factor ${f} of id ${own[row]} is ${value}`);
        factors[dense * rank + f] = value;
      }
    }
  }
  return factors;
}

async function biasesOf(
  frame: Frame | undefined,
  index: ReadonlyMap<number, number>,
  rows: number,
  wait: WaitOptions,
): Promise<Float64Array> {
  const biases = new Float64Array(rows);
  if (frame)
    for await (const batch of frame.batches(wait)) {
      const [ids, values] = [batch.numbers("id"), batch.numbers("bias")];
      for (let row = 0; row < batch.length; row++)
        biases[denseOf(index, Number(ids[row]))] = Number(values[row]);
    }
  return biases;
}

function denseOf(index: ReadonlyMap<number, number>, id: number): number {
  const dense = index.get(id);
  if (dense === undefined)
    throw new WorkspaceError("DATA_INVALID", `Spark's ratings have the id ${id}, the data set has not`, {
      mend: "Train on ratings of the same data set on both sides.",
    });
  return dense;
}
