import { train, type AlsModel } from "@movielens/lib/als";
import {
  loadDataset,
  projectPath,
  splitHash,
  WorkspaceError,
  type Dataset,
  type Split,
} from "@movielens/lib/data";
import { exportModel, loadModel } from "@movielens/lib/deploy";
import { ratingMetrics } from "@movielens/lib/evaluate";
import { refined, sendRatings, trainOnSpark, type Frame, type SparkSession } from "@movielens/lib/spark";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../bi/datasets";
import { errorOf } from "../data/support";
import { temporaryFolder } from "../deploy/tiny-model";
import { onSpark, testSpark } from "./remote";

const FEEDBACK = { feedback: "explicit" } as const;
const NO_SESSION = {} as SparkSession;

testSpark(
  "on one split, Spark's model is as good as the local engine's, and better with one sweep here",
  async () => {
    const whole = await loadDataset(projectPath("data", "ml-latest-small"));
    const split: Split = splitHash(whole, { testShare: 0.2, seed: 42 });
    const rmse = (model: AlsModel): number => ratingMetrics(model, split.test, split.train).rmse;
    const steps: string[] = [];
    const { model, spark } = await onSpark((session) =>
      trainOnSpark(session, split.train, FEEDBACK, { refine: 0, onStep: (step) => steps.push(step) }),
    );
    assert.equal(steps, [
      "ratings to Spark",
      "biases by SQL",
      "factors by Spark ML",
      "biases beside the factors",
      "factors from Spark",
    ]);

    // Spark's penalty is the local engine's with ν = 1.
    const penalty = { ...FEEDBACK, nu: 1, lambda: spark.regParam, lambdaBias: 0.05 };
    const alike = rmse(await train(split.train, penalty));
    const own = rmse(model);
    assert.ok(own < 1.005 * alike, `Spark ${own}, here under the same penalty ${alike}`);
    const best = rmse(await train(split.train, FEEDBACK));
    assert.ok(own < 1.005 * best, `Spark ${own}, here ${best}`);

    const swept = rmse(await refined(model, split.train, 1));
    assert.ok(swept < own, `refined ${swept}, before ${own}`);
    assert.ok(swept < 1.005 * best, `refined ${swept}, here ${best}`);
  },
);

testSpark(
  "a model of Spark's is exported, read, and answers as any other; seen films are not on its lists",
  async () => {
    const dataset = random(4);
    const { model } = await onSpark((session) =>
      trainOnSpark(session, dataset, { ...FEEDBACK, rank: 3, iterations: 3 }),
    );
    const folder = await temporaryFolder();
    try {
      const path = await exportModel(model, { folder: folder.path, dataset, metrics: {} });
      const read = await loadModel(path.folder);
      for (let user = 0; user < model.users; user++) {
        const list = read.model.recommend(user, 5);
        assert.equal(list, model.recommend(user, 5));
        const seen = new Set(itemsOf(dataset, user));
        assert.not.ok(list.some(({ item }) => seen.has(item)));
      }
    } finally {
      await folder.remove();
    }
  },
);

const itemsOf = ({ users, items }: Dataset, user: number): number[] =>
  [...items].filter((_, r) => users[r] === user);

testSpark("implicit feedback and factors of 0 or more, on ratings that are on Spark already", async () => {
  const dataset = random(6);
  await onSpark(async (session) => {
    const ratings = await (await sendRatings(session, dataset)).persist();
    const liking = await trainOnSpark(
      session,
      dataset,
      { feedback: "implicit", rank: 2, iterations: 3 },
      { ratings, refine: 0 },
    );
    const { parts } = liking.model;
    assert.is(parts.globalMean, 0);
    assert.ok(parts.userBias.every((bias) => bias === 0) && parts.itemFactors.some((factor) => factor !== 0));
    const rated = mean(dataset, (r) => liking.model.predict(dataset.users[r], dataset.items[r]));
    const all = mean(dataset, (r) => liking.model.predict(dataset.users[r], r % dataset.itemIds.length));
    assert.ok(rated > all, `rated films ${rated}, any films ${all}`);

    const bound = await trainOnSpark(
      session,
      dataset,
      { ...FEEDBACK, rank: 2, iterations: 2, nonNegative: true },
      { ratings, refine: 1 },
    );
    const { userFactors, itemFactors } = bound.model.parts;
    assert.ok([...userFactors, ...itemFactors].every((factor) => factor >= 0));
    assert.ok(userFactors.some((factor) => factor > 0));
  });
});

const mean = ({ ratings }: Dataset, of: (r: number) => number): number =>
  ratings.reduce((sum, _, r) => sum + of(r), 0) / ratings.length;

testSpark("what Spark ML cannot do is refused by name, and so are ratings of other data", () =>
  onSpark(async (session) => {
    const dataset = random(4);
    for (const option of [{ cofactorWeight: 1 }, { seeds: 2 }, { solver: "cg" as const }]) {
      const error = await errorOf("OPTION_INVALID", () =>
        trainOnSpark(session, dataset, { ...FEEDBACK, ...option }),
      );
      assert.match(error.mend, "--engine local");
    }
    const ratings = await sendRatings(session, await loadDataset(projectPath("data", "ml-latest-small")));
    await errorOf("DATA_INVALID", () =>
      trainOnSpark(session, dataset, { ...FEEDBACK, rank: 1, iterations: 1 }, { ratings }),
    );
  }),
);

test("what the local engine could not refine is refused before Spark has worked for it", async () => {
  const lengths = { ratings: { length: 4e8 }, userIds: { length: 3e6 }, itemIds: { length: 1e5 } };
  const dataset = { ...random(4), ...lengths } as unknown as Dataset;
  const error = await errorOf("MEMORY_EXCEEDED", () => trainOnSpark(NO_SESSION, dataset, FEEDBACK));
  assert.match(error.mend, "--refine 0");
});

test("a session that is gone is not tidied up, one that is there is", async () => {
  for (const [code, tidied] of [
    ["SPARK_UNREACHABLE", 0],
    ["SPARK_SESSION_LOST", 0],
    ["SPARK_FAILED", 1],
  ] as const) {
    let forgotten = 0;
    const frame = {
      checkpoint: () => Promise.resolve(frame),
      forget: () => Promise.resolve(void forgotten++),
      collect: () => Promise.reject(new WorkspaceError(code, "meanwhile")),
    } as unknown as Frame;
    const session = {
      ...NO_SESSION,
      conf: () => Promise.resolve("/checkpoints"),
      sql: () => frame,
    } as unknown as SparkSession;
    await errorOf(code, () => trainOnSpark(session, random(4), FEEDBACK, { ratings: frame }));
    assert.is(forgotten, tidied, code);
  }
});

test.run();
