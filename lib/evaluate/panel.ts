import { defaultOptions, type ImplicitOptions, type TrainOptions } from "../als";
import { filterRatings, splitBy, type Dataset, type Protocol, type Split } from "../data";
import {
  bprModel,
  CalibratedModel,
  easeModel,
  itemKnnModel,
  itemKnnRatingModel,
  learnCalibration,
  trainLister,
  userKnnModel,
  userKnnRatingModel,
  type Recommender,
} from "../recommend";
import { learnBlend, learnedBlend, type LearnedBlend } from "./blend";
import { rankingMetricsInThreads, type RankingOptions } from "./ranking";
import { ratingMetrics } from "./rating";
import { alsContender, baselineContenders, type Contender } from "./scoreboard";
import { accurateOptions } from "./search";
import { betterOf, type TuningMetric } from "./trials";

export interface PanelOptions extends RankingOptions {
  /** How ratings are held out inside a training part to choose settings on; the last 20 % of each user by default. */
  holdOut?: Protocol;
  /** Settings tried for each model: all by default; 1 takes each model's usual setting, and nothing is tuned. */
  settings?: number;
  /** Of every training; 42 by default. */
  seed?: number;
}

/** A model with settings to choose among, the usual one first. */
interface Candidate {
  name: string;
  predicts: Contender["predicts"];
  metric: TuningMetric;
  settings: ((train: Dataset, signal?: AbortSignal) => Recommender | Promise<Recommender>)[];
}

/**
 * Everybody that a model of ratings is to be compared with, on equal terms: baselines, neighbours, EASE, explicit ALS
 * with and without co-factors, implicit ALS, BPR and the lister as they are, and a blend of those that rank and choose. What has settings chooses them on ratings that are held out
 * inside its own training part, and learns the whole training part again with the best; so nothing is chosen by test ratings, and in a
 * cross-validation each fold chooses for itself.
 */
export function scoreboardPanel(options: PanelOptions = {}): Contender[] {
  const { holdOut = { name: "last-share", testShare: 0.2 }, settings = Infinity } = options;
  const inner = (train: Dataset): Split => splitBy(train, holdOut);
  const choosers = new Map(
    candidatesOf(options.seed ?? 42, inner).map((candidate) => {
      const tried = { ...candidate, settings: candidate.settings.slice(0, settings) };
      return [candidate, new Chooser(tried, inner, options)];
    }),
  );
  const ranking = [...choosers].flatMap(([{ predicts }, chooser]) =>
    predicts === "preference" ? [chooser] : [],
  );
  return [
    ...baselineContenders(),
    { name: "BPR", predicts: "preference", fit: (train) => bprModel(train, { seed: options.seed ?? 42 }) },
    { name: "lister", predicts: "preference", fit: (train) => trainLister(train) },
    ...Array.from(choosers.values(), (chooser) => chooser.contender()),
    blend("blend", ranking, inner, options),
  ];
}

function candidatesOf(seed: number, inner: (train: Dataset) => Split): Candidate[] {
  const als = (variants: TrainOptions[]): Candidate["settings"] =>
    variants.map((variant) => alsContender({ ...variant, seed }).fit);
  const implicit = defaultOptions("implicit");
  const accurate = accurateOptions("explicit");
  const explicit = defaultOptions("explicit");
  return [
    {
      name: "implicit ALS, for lists",
      predicts: "preference",
      metric: "ndcg",
      settings: [
        ...als([implicit, ...IMPLICIT.map((variant) => ({ ...implicit, ...variant }))]),
        ...als([LIKES]).map(
          (fit): Candidate["settings"][number] =>
            (train, signal) =>
              fit(
                filterRatings(train, ({ rating }) => rating >= LIKED_FROM),
                signal,
              ),
        ),
      ],
    },
    {
      name: "implicit ALS, for stars",
      predicts: "stars",
      metric: "rmse",
      settings: als([implicit, { ...implicit, lambda: 20 }]).map((fit) => inStars(fit, inner)),
    },
    {
      name: "EASE",
      predicts: "preference",
      metric: "ndcg",
      settings: [150, 400].map((lambda) => (train) => easeModel(train, { lambda })),
    },
    {
      name: "EASE, late likes first",
      predicts: "preference",
      metric: "ndcg",
      settings: [
        { lambda: 120, recency: LATE },
        { lambda: 300, recency: LATE },
      ].map((setting) => (train) => easeModel(train, setting)),
    },
    {
      name: "item-kNN",
      predicts: "preference",
      metric: "ndcg",
      settings: [{}, { k: 50, shrinkage: 20, recency: { ...LATE, halfLife: 10 } }].map(
        (setting) => (train) => itemKnnModel(train, setting),
      ),
    },
    {
      name: "user-kNN",
      predicts: "preference",
      metric: "ndcg",
      settings: [{}, { k: 80 }].map((setting) => (train) => userKnnModel(train, setting)),
    },
    {
      name: "item-kNN, stars",
      predicts: "stars",
      metric: "rmse",
      settings: [40].map((k) => (train) => itemKnnRatingModel(train, { k })),
    },
    {
      name: "user-kNN, stars",
      predicts: "stars",
      metric: "rmse",
      settings: [40, 80].map((k) => (train) => userKnnRatingModel(train, { k })),
    },
    {
      name: "explicit ALS",
      predicts: "stars",
      metric: "rmse",
      settings: als(
        [1, 2].map((factor) => ({ ...explicit, lambda: factor * explicit.lambda, cofactorWeight: 0 })),
      ),
    },
    {
      name: "explicit ALS with co-factors",
      predicts: "stars",
      metric: "rmse",
      settings: als([accurate, { ...accurate, lambda: 1.5 * accurate.lambda }]),
    },
  ];
}

/** What is tried beside the default: more factors, less weight on what was rated, more regularisation, and likes alone. */
const IMPLICIT: Partial<ImplicitOptions>[] = [{ rank: 64 }, { alpha: 0.5 }, { lambda: 20 }];
const LIKES: TrainOptions = { feedback: "implicit", rank: 64, lambda: 2, alpha: 0.5, nu: 0.5, seeds: 3 };
const LIKED_FROM = 4;

/** A person is scored by late likes more than by early ones: what it is after three further ratings, and at least. */
const LATE = { halfLife: 3, floor: 0.2 };

/** A candidate's settings chosen once for each training part: the blend goes by what its models chose. */
class Chooser {
  private readonly made = new WeakMap<Dataset, Promise<Candidate["settings"][number]>>();

  constructor(
    private readonly candidate: Candidate,
    private readonly inner: (train: Dataset) => Split,
    private readonly ranking: RankingOptions,
  ) {}

  /** @throws WorkspaceError TRAINING_ABORTED, and what training and measuring throw */
  choose(train: Dataset, signal?: AbortSignal): Promise<Candidate["settings"][number]> {
    const made = this.made.get(train) ?? this.tried(train, signal);
    this.made.set(train, made);
    return made;
  }

  contender(): Contender {
    const { name, predicts } = this.candidate;
    return {
      name,
      predicts,
      prepare: (train, signal) => this.choose(train, signal),
      fit: async (train, signal) => (await this.choose(train, signal))(train, signal),
    };
  }

  private async tried(train: Dataset, signal?: AbortSignal): Promise<Candidate["settings"][number]> {
    const { settings, metric } = this.candidate;
    if (settings.length === 1) return settings[0];
    const split = this.inner(train);
    const sign = betterOf(metric) === "lower" ? 1 : -1;
    let best = { value: Infinity, fit: settings[0] };
    for (const fit of settings) {
      signal?.throwIfAborted();
      const model = await fit(split.train, signal);
      const value =
        metric === "rmse" || metric === "mae"
          ? ratingMetrics(model, split.test, split.train)[metric]
          : (await rankingMetricsInThreads(model, split, { ...this.ranking, signal }))[metric];
      if (sign * value < best.value) best = { value: sign * value, fit };
    }
    return best.fit;
  }
}

/** A model of preferences that predicts stars by a line learned on the inner split. */
const inStars =
  (fit: Candidate["settings"][number], inner: (train: Dataset) => Split): Candidate["settings"][number] =>
  async (train, signal) => {
    const split = inner(train);
    const line = learnCalibration(await fit(split.train, signal), split.train, split.test);
    return new CalibratedModel(await fit(train, signal), train, line);
  };

/** A blend of the candidates' models, its weights learned on the inner split; the first is the one that others join where they help. */
function blend(
  name: string,
  choosers: readonly Chooser[],
  inner: (train: Dataset) => Split,
  ranking: RankingOptions,
): Contender {
  const learned = new WeakMap<Dataset, LearnedBlend>();
  const models = async (train: Dataset, part: Dataset, signal?: AbortSignal): Promise<Recommender[]> => {
    const fitted: Recommender[] = [];
    for (const chooser of choosers) fitted.push(await (await chooser.choose(train, signal))(part, signal));
    return fitted;
  };
  const prepare = async (train: Dataset, signal?: AbortSignal): Promise<LearnedBlend> => {
    const split = inner(train);
    const weights = learnBlend([{ models: await models(train, split.train, signal), split }], ranking);
    learned.set(train, weights);
    return weights;
  };
  return {
    name,
    predicts: "preference",
    prepare,
    fit: async (train, signal) => {
      const weights = learned.get(train) ?? (await prepare(train, signal));
      return learnedBlend(await models(train, train, signal), weights);
    },
  };
}
