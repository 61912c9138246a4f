import { test } from "uvu";
import * as assert from "uvu/assert";
import { trainFloat64 } from "@movielens/lib/als";
import { ratingsByUser, WorkspaceError, type ErrorCode } from "@movielens/lib/data";
import {
  easeModel,
  Lister,
  ServedModel,
  trainLister,
  trainListerBeside,
  type ListerOptions,
} from "@movielens/lib/recommend";
import { datasetOf, randomMatrix, type Matrix } from "../synthetic";

const close = (actual: number, expected: number, within = 1e-6): void =>
  assert.ok(Math.abs(actual - expected) < within, `${actual} is not ${expected}`);

const USERS = 40;
const ITEMS = 70;
const stars = randomMatrix(USERS, ITEMS, 0.5, 3);
const data = datasetOf(stars);
const byUser = ratingsByUser(data);
const ALL: ListerOptions = { lambda: 3, minLikes: 1, strongest: ITEMS };
const decay = (distance: number, { halfLife, floor }: { halfLife: number; floor: number }): number =>
  floor + (1 - floor) * 2 ** (-distance / halfLife);

/** The ratings of `stars` are in order of time, cell by cell: how many of the same user come after an item. */
const laterThan = (user: number, item: number): number =>
  stars[user].filter((rating, other) => rating !== null && other > item).length;
const liked = (user: number, item: number): boolean => (stars[user][item] ?? 0) >= 4;

test("where nearness does not count, the weights are those of EASE", () => {
  const lister = trainLister(data, { ...ALL, nearness: { halfLife: 1, floor: 1 } });
  const ease = easeModel(data, { lambda: 3 });
  for (let i = 0; i < ITEMS; i++)
    for (let j = 0; j < ITEMS; j++) close(lister.weight(i, j), ease.weight(i, j));
});

test("with nearness the weights are those of the plain closed form", async () => {
  const { inv } = await import("mathjs");
  const nearness = { halfLife: 4, floor: 0.3 };
  const gram = Array.from({ length: ITEMS }, (_, i) =>
    Array.from({ length: ITEMS }, (_, j) => {
      let sum = i === j ? 3 : 0;
      for (let user = 0; user < USERS; user++)
        if (liked(user, i) && liked(user, j))
          sum += decay(Math.abs(laterThan(user, i) - laterThan(user, j)), nearness);
      return sum;
    }),
  );
  const p = inv(gram);
  const lister = trainLister(data, { ...ALL, nearness });
  for (let i = 0; i < ITEMS; i++)
    for (let j = 0; j < ITEMS; j++) close(lister.weight(i, j), i === j ? 0 : -p[i][j] / p[j][j]);
});

test("a known user's score is the sum over likes of weight times recency, and the explanation its exact parts", () => {
  const recency = { halfLife: 2, floor: 0.1 };
  const lister = trainLister(data, { ...ALL, recency });
  const scores = new Float64Array(ITEMS);
  for (const user of [0, 7, 39]) {
    lister.scoreItems(user, scores);
    for (let item = 0; item < ITEMS; item++) {
      let expected = 0;
      for (let film = 0; film < ITEMS; film++)
        if (liked(user, film)) expected += decay(laterThan(user, film), recency) * lister.weight(film, item);
      close(scores[item], expected);
      const { score, baseline, shares } = lister.explain(user, item);
      close(score, scores[item], 1e-12);
      close(
        shares.reduce((sum, { share }) => sum + share, baseline),
        score,
        1e-12,
      );
      for (const { item: film, rating, share } of shares) {
        assert.is(rating, stars[user][film]);
        if (!liked(user, film)) assert.is(Math.abs(share), 0);
      }
    }
  }
});

test("a visitor's likes weigh one each, and are explained exactly", () => {
  const lister = trainLister(data, ALL);
  const ratings = [
    { item: 3, rating: 5 },
    { item: 9, rating: 1 },
    { item: 30, rating: 4 },
  ];
  const scores = new Float64Array(ITEMS);
  lister.scoreItemsFor(ratings, scores);
  for (let item = 0; item < ITEMS; item++) {
    close(scores[item], lister.weight(3, item) + lister.weight(30, item));
    close(lister.explainFor(ratings, item).score, scores[item], 1e-12);
  }
  assert.is(lister.learnsFrom(ratings), 2);
  const list = lister.recommendFor(ratings, ITEMS).map(({ item }) => item);
  for (const { item } of ratings) assert.not(list.includes(item));
});

test("of each film's weights the strongest are kept, and rare films have none", () => {
  const [whole, some] = [trainLister(data, ALL), trainLister(data, { ...ALL, strongest: 5 })];
  const { rowStart, columns } = some.parts.weights;
  for (let i = 0; i < ITEMS; i++) {
    const kept = [...columns.subarray(rowStart[i], rowStart[i + 1])];
    assert.is(kept.length, 5);
    const weakest = Math.min(...kept.map((j) => Math.abs(whole.weight(i, j))));
    for (let j = 0; j < ITEMS; j++) {
      if (kept.includes(j)) assert.is(some.weight(i, j), whole.weight(i, j));
      else assert.ok(Math.abs(whole.weight(i, j)) <= weakest);
    }
  }
  const likes = (item: number): number => stars.filter((_, user) => liked(user, item)).length;
  const frequent = trainLister(data, { ...ALL, minLikes: 9 });
  for (let i = 0; i < ITEMS; i++)
    assert.is(
      frequent.parts.weights.rowStart[i + 1] > frequent.parts.weights.rowStart[i],
      likes(i) >= 9,
      `item ${i} with ${likes(i)} likes`,
    );
  const few = trainLister(data, { ...ALL, films: 10 });
  assert.is(new Set(few.parts.weights.columns).size, 10);
});

test("a user who likes nothing is listed by the factors, everybody else by the lister", async () => {
  const own: Matrix = stars.map((row, user) => (user === 5 ? row.map((r) => (r === null ? null : 2)) : row));
  const train = datasetOf(own);
  const lister = trainLister(train, ALL);
  const model = await trainFloat64(train, { feedback: "explicit", rank: 3, iterations: 3 });
  const served = new ServedModel(model, lister);
  assert.not(lister.knows(5));
  assert.equal(served.recommend(5, 9), model.recommend(5, 9));
  for (const user of [0, 4, 6]) assert.equal(served.recommend(user, 9), lister.recommend(user, 9));
  assert.is(served.predict(0, 1), model.predict(0, 1));
  assert.equal(new ServedModel(model).recommend(0, 9), model.recommend(0, 9));
});

test("the same ratings give the same lister, bit for bit", () => {
  assert.equal(trainLister(data).parts, trainLister(data).parts);
});

test("beside a model with other indices the lister is the same by MovieLens ids", async () => {
  const model = await trainFloat64(data, { feedback: "explicit", rank: 2, iterations: 2 });
  const order = Uint32Array.from({ length: USERS }, (_, user) => USERS - 1 - user);
  const turned = {
    ...data,
    users: data.users.map((user) => order[user]),
    userIds: order.map((user) => data.userIds[user]),
  };
  assert.equal(trainListerBeside(model, turned, ALL).parts, trainLister(data, ALL).parts);
  const stranger = { ...turned, userIds: turned.userIds.map((id) => id + 1000) };
  assert.throws(
    () => trainListerBeside(model, stranger),
    (error: WorkspaceError) =>
      error.code === "MODEL_INVALID" && /does not know id \d+ of/.test(error.message),
  );
});

test("options and parts that make no sense are refused by name", () => {
  const fails = (work: () => unknown, code: ErrorCode, says: RegExp): void =>
    assert.throws(work, (error: WorkspaceError) => error.code === code && says.test(error.message));
  for (const [options, says] of [
    [{ lambda: 0 }, /lambda of the lister is 0/],
    [{ strongest: 1.5 }, /strongest of the lister is 1\.5/],
    [{ minLikes: 0 }, /minLikes/],
    [{ likedFrom: NaN }, /likedFrom/],
    [{ recency: { halfLife: 0, floor: 0 } }, /recency: halfLife 0/],
    [{ nearness: { halfLife: 1, floor: 2 } }, /nearness: .* floor 2/],
  ] as [ListerOptions, RegExp][])
    fails(() => trainLister(data, options), "OPTION_INVALID", says);
  const { parts } = trainLister(data);
  fails(
    () => new Lister({ ...parts, inputs: parts.inputs.subarray(1) }, byUser),
    "MODEL_INVALID",
    /inputs for \d+ ratings of \d+/,
  );
  const other = ratingsByUser(datasetOf(randomMatrix(4, 5, 0.5, 1)));
  fails(() => new Lister(parts, other), "MODEL_INVALID", /weights of 70 × 70 films/);
});

test.run();
