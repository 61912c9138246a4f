import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  loadDataset,
  projectPath,
  splitLastShare,
  splitRandom,
  type Dataset,
  type Split,
} from "@movielens/lib/data";
import {
  alsContender,
  baselineContenders,
  leakCheck,
  ratingMetrics,
  validationSplit,
  type Alteration,
  type Contender,
  type ContenderOf,
  type LeakReport,
} from "@movielens/lib/evaluate";
import {
  dampedBiasModel,
  globalMeanModel,
  popularityModel,
  type Recommender,
} from "@movielens/lib/recommend";
import { toyDataset } from "../toy-data";

let split: Split;
test.before(async () => {
  const dataset = await loadDataset(projectPath("data", "ml-latest-small"));
  split = splitRandom(dataset, { testShare: 0.2, seed: 3 });
});

const found = ({ findings }: LeakReport): Alteration[] =>
  findings.filter(({ differing }) => differing > 0).map(({ alteration }) => alteration);

const stars = (name: string, fit: Contender["fit"]): Contender => ({ name, predicts: "stars", fit });

/** A model that is another one but for what it predicts. */
const predicting = (model: Recommender, predict: Recommender["predict"]): Recommender => ({
  name: model.name,
  users: model.users,
  items: model.items,
  predict,
  scoreItems: (user, scores) => model.scoreItems(user, scores),
  recommend: (user, n, options) => model.recommend(user, n, options),
});

/** The damping that does best on `validation`. */
function tuned(train: Dataset, validation: Dataset): number {
  const rmse = (damping: number): number =>
    ratingMetrics(dampedBiasModel(train, { damping }), validation).rmse;
  return [0, 2, 5, 20, 1000].reduce((best, damping) => (rmse(damping) < rmse(best) ? damping : best));
}

for (const contender of [
  ...baselineContenders(),
  alsContender({ feedback: "explicit", rank: 8, iterations: 4 }),
  alsContender(
    { feedback: "explicit", rank: 4, iterations: 3, cofactorWeight: 4 },
    "explicit ALS with co-factors",
  ),
  alsContender({ feedback: "implicit", rank: 8, iterations: 4 }),
])
  test(`${contender.name} learns from nothing held out`, async () => {
    const report = await leakCheck(contender, split, { users: 20 });
    assert.is(report.contender, contender.name);
    assert.is(report.verdict, "clean", JSON.stringify(report));
    const [nothing, ...alterations] = report.findings;
    assert.is(nothing.altered, 0);
    for (const { altered, compared } of alterations) {
      assert.ok(altered > 0);
      assert.is(compared, 2 * 20 * split.train.itemIds.length);
    }
  });

test("options tuned on ratings held out inside the training part are clean", async () => {
  const honest: ContenderOf = (given) => {
    const inner = validationSplit(given);
    const damping = tuned(inner.train, inner.test);
    return stars("tuned inside", (train) => dampedBiasModel(train, { damping }));
  };
  assert.is((await leakCheck(honest, split)).verdict, "clean");
});

const leaks: [string, ContenderOf, Alteration[]][] = [
  [
    "options tuned on the test part",
    (given) => {
      const damping = tuned(given.train, given.test);
      return stars("tuned on test", (train) => dampedBiasModel(train, { damping }));
    },
    ["stars and times", "films"],
  ],
  [
    "means of all ratings",
    (_, whole) => stars("means of the whole", () => dampedBiasModel(whole)),
    ["stars and times", "films", "strangers"],
  ],
  [
    "the mean of the test part alone, added to an honest model",
    ({ test: held }) =>
      stars("test mean", (train) => {
        const mean = held.ratings.reduce((sum, rating) => sum + rating, 0) / held.ratings.length;
        return predicting(globalMeanModel(train), () => mean);
      }),
    ["stars and times", "strangers"],
  ],
  [
    "popularity among all ratings",
    (_, whole) => ({
      name: "popularity of the whole",
      predicts: "preference",
      fit: () => popularityModel(whole),
    }),
    ["films", "strangers"],
  ],
  [
    "a prior spread over an id map that has the test part's films",
    () =>
      stars("prior by the id map", (train) =>
        predicting(globalMeanModel(train), () => 1 / train.itemIds.length),
      ),
    ["strangers"],
  ],
  [
    "the time of the last rating of all",
    (_, whole) =>
      stars("age", (train) => {
        const now = whole.timestamps.reduce((late, timestamp) => Math.max(late, timestamp), 0);
        return predicting(globalMeanModel(train), () => 3 + (now - train.timestamps[0]) / 1e10);
      }),
    ["stars and times"],
  ],
];

for (const [what, contender, by] of leaks)
  test(`a planted leak is caught: ${what}`, async () => {
    const report = await leakCheck(contender, split, { users: 5 });
    assert.is(report.verdict, "leaks");
    assert.equal(found(report), by);
    const { example } = report.findings.find(({ alteration }) => alteration === by[0])!;
    assert.is.not(example!.before, example!.after);
  });

test("a model that is another each time is not called a leak", async () => {
  let turn = 0;
  const fickle = stars("fickle", (train) => {
    const drift = turn++;
    return predicting(globalMeanModel(train), () => drift);
  });
  assert.is((await leakCheck(fickle, split, { users: 5 })).verdict, "not repeatable");
});

test("who has rated every film has nothing to rate otherwise, and the check says so", async () => {
  const whole = toyDataset([
    [1, 10, 4],
    [1, 20, 3],
    [2, 10, 5],
    [2, 20, 1],
  ]);
  const full = splitLastShare(whole, { testShare: 0.5 });
  const report = await leakCheck(baselineContenders()[1], full);
  assert.is(report.verdict, "clean");
  assert.is(report.findings.find(({ alteration }) => alteration === "films")!.altered, 0);
});

test.run();
