import { test } from "uvu";
import * as assert from "uvu/assert";
import { learnBlend, learnedBlend, rankingMetrics } from "@movielens/lib/evaluate";
import { subset } from "@movielens/lib/data";
import { itemKnnModel, popularityModel, type Recommender } from "@movielens/lib/recommend";
import { datasetOf, randomMatrix } from "../synthetic";

/** Every third rating is held out. */
function holdout(seed: number): { train: ReturnType<typeof datasetOf>; test: ReturnType<typeof datasetOf> } {
  const data = datasetOf(randomMatrix(30, 40, 0.5, seed));
  const rows = Uint32Array.from(data.users.keys());
  return {
    train: subset(
      data,
      rows.filter((row) => row % 3 !== 0),
    ),
    test: subset(
      data,
      rows.filter((row) => row % 3 === 0),
    ),
  };
}

/** Knows the held-out stars. */
function oracle({ train, test }: ReturnType<typeof holdout>): Recommender {
  const stars = new Map(Array.from(test.users, (user, r) => [`${user} ${test.items[r]}`, test.ratings[r]]));
  const knows = popularityModel(train);
  const scoreItems = (user: number, scores: Float64Array): void => {
    knows.scoreItems(user, scores);
    for (let item = 0; item < scores.length; item++)
      if (scores[item] !== -Infinity) scores[item] = stars.get(`${user} ${item}`) ?? 0;
  };
  return {
    name: "oracle",
    users: knows.users,
    items: knows.items,
    predict: (user, item) => stars.get(`${user} ${item}`) ?? 0,
    scoreItems,
    recommend: (user, n, options) => knows.recommend(user, n, options),
  };
}

const splits = [holdout(1), holdout(2)];

test("a model that helps gets weight, and the blend has the value that was learned", () => {
  const fitted = splits.map((split) => ({ models: [popularityModel(split.train), oracle(split)], split }));
  const learned = learnBlend(fitted);
  assert.ok(learned.weights[1] > 0);
  assert.ok(learned.value > learned.alone);
  const measured = fitted.map(
    ({ models, split }) => rankingMetrics(learnedBlend(models, learned), split).ndcg,
  );
  assert.ok(Math.abs((measured[0] + measured[1]) / 2 - learned.value) < 1e-12);
});

test("a model that cannot help gets no weight, and is not in the blend", () => {
  const fitted = splits.map((split) => ({ models: [oracle(split), itemKnnModel(split.train)], split }));
  const learned = learnBlend(fitted);
  assert.equal(learned.weights, [1, 0]);
  assert.is(learned.value, learned.alone);
  assert.is(learnedBlend(fitted[0].models, learned).parts.length, 1);
});

test("one model alone has the value of its own metrics, whichever is asked for", () => {
  const [split] = splits;
  const model = itemKnnModel(split.train);
  for (const metric of ["ndcg", "recall", "map"] as const)
    assert.is(
      learnBlend([{ models: [model], split }], { metric, k: 5 }).alone,
      rankingMetrics(model, split, { k: 5 })[metric],
    );
});

test("no models, or not the same number on every split, is refused", () => {
  const [split] = splits;
  const model = popularityModel(split.train);
  for (const fitted of [
    [],
    [{ models: [], split }],
    [
      { models: [model], split },
      { models: [model, model], split },
    ],
  ])
    assert.throws(
      () => learnBlend(fitted),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();
