import { train, type AlsModel } from "@movielens/lib/als";
import { loadDataset, projectPath, ratingsByUser, splitLastShare, type Split } from "@movielens/lib/data";
import { diversity, novelty, rankingMetrics, topLists, tradeOff } from "@movielens/lib/evaluate";
import {
  diversify,
  favourNovel,
  genresByItem,
  genreSimilarity,
  selfInformation,
} from "@movielens/lib/recommend";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toyDataset } from "../toy-data";
import { tableModel } from "../toy-data";

let split: Split;
let model: AlsModel;
test.before(async () => {
  const dataset = await loadDataset(projectPath("data", "ml-latest-small"));
  split = splitLastShare(dataset, { testShare: 0.2 });
  model = await train(split.train, { feedback: "implicit", rank: 8, iterations: 4 });
});
const options = { dials: [0, 0.3, 0.9], samples: 20 };

test("dial 0 is the model's own list, measured as always", () => {
  const [none] = tradeOff(
    model,
    split,
    (candidates, dial, n) =>
      favourNovel(candidates, selfInformation(ratingsByUser(split.train)), { dial, n }),
    {
      ...options,
      dials: [0],
    },
  );
  const metrics = rankingMetrics(model, split);
  assert.is(none.ndcg.value, metrics.ndcg);
  assert.is(none.precision.value, metrics.precision);
  const lists = topLists(
    model,
    ratingsByUser(split.train),
    Uint32Array.from(new Set(split.test.users)).sort(),
    10,
  );
  assert.is(none.diversity!.value, diversity(lists, split.train).value);
  assert.is(none.novelty!.value, novelty(lists, split.train).value);
});

test("turning the diversity dial up makes lists of more different genres", () => {
  const alike = genreSimilarity(genresByItem(split.train));
  const points = tradeOff(
    model,
    split,
    (candidates, dial, n) => diversify(candidates, alike, { dial, n }),
    options,
  );
  assert.equal(
    points.map(({ dial }) => dial),
    options.dials,
  );
  for (let at = 1; at < points.length; at++)
    assert.ok(points[at].diversity!.value > points[at - 1].diversity!.value);
});

test("turning the novelty dial up makes lists of films that fewer know, and costs hits", () => {
  const information = selfInformation(ratingsByUser(split.train));
  const points = tradeOff(
    model,
    split,
    (candidates, dial, n) => favourNovel(candidates, information, { dial, n }),
    options,
  );
  for (let at = 1; at < points.length; at++)
    assert.ok(points[at].novelty!.value > points[at - 1].novelty!.value);
  assert.ok(points[2].ndcg.value < points[0].ndcg.value);
});

test("fewer candidates than places, a broken k and another index space are refused", () => {
  const same = (candidates: readonly { item: number; score: number }[]) => [...candidates];
  for (const broken of [{ candidates: 5 }, { k: 0 }, { k: 1.5 }, { candidates: 10.5 }])
    assert.throws(
      () => tradeOff(model, split, same, broken),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
  const toy = toyDataset([
    [1, 10, 5],
    [1, 20, 5],
  ]);
  assert.throws(
    () => tradeOff(tableModel([[1, 2]]), { train: toy, test: split.test }, same),
    (error: { code: string }) => error.code === "INDEX_UNKNOWN",
  );
});

test.run();
