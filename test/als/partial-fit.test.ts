import {
  AlsModel,
  partialFit,
  train,
  trainFloat64,
  type AlsOptions,
  type ItemRating,
  type TrainOptions,
} from "@movielens/lib/als";
import {
  createDataset,
  ratingsByUser,
  seededRandom,
  WorkspaceError,
  type Dataset,
} from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

interface Rating {
  userId: number;
  movieId: number;
  rating: number;
}

const datasetFrom = (ratings: Rating[]): Dataset =>
  createDataset({
    name: "new ratings",
    userId: Uint32Array.from(ratings, ({ userId }) => userId),
    movieId: Uint32Array.from(ratings, ({ movieId }) => movieId),
    ratings: Float32Array.from(ratings, ({ rating }) => rating),
    timestamps: new Float64Array(ratings.length),
    movies: new Map(),
    tags: [],
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash: "",
  });

const row = (factors: Float64Array, index: number, rank: number): Float64Array =>
  factors.slice(index * rank, (index + 1) * rank);

const ratingsOf = ({ parts }: AlsModel, user: number): ItemRating[] => {
  const { rowStart, columns, values } = parts.ratings;
  return Array.from(columns.subarray(rowStart[user], rowStart[user + 1]), (item, k) => ({
    item,
    rating: values[rowStart[user] + k],
  }));
};

/** A trained model (users 101 …, films 1001 …), and new ratings by known and new users of known and new films, one a cell. */
const cases = fc.record({
  kind: fc.constantFrom<TrainOptions>(
    { feedback: "explicit" },
    { feedback: "implicit" },
    { feedback: "explicit", cofactorWeight: 0.4, lambdaCofactor: 2, cofactorBalance: 0.7 },
    { feedback: "explicit", nonNegative: true },
  ),
  rank: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(1000),
  given: fc.uniqueArray(
    fc.record({
      userId: fc.integer({ min: 101, max: 112 }),
      movieId: fc.integer({ min: 1001, max: 1012 }),
      rating: fc.integer({ min: 1, max: 10 }).map((half) => half / 2),
    }),
    { minLength: 1, maxLength: 25, selector: ({ userId, movieId }) => `${userId} ${movieId}` },
  ),
});

test("touched users are the fold-in of all their ratings, bit for bit; untouched rows keep their bits", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ kind, rank, seed, given }) => {
      const old = await trainFloat64(datasetOf(randomMatrix(8, 8, 0.5, seed)), {
        ...kind,
        rank,
        iterations: 2,
      });
      const model = partialFit(old, datasetFrom(given));
      const users = new Set(given.map(({ userId }) => userId));
      const items = new Set(given.map(({ movieId }) => movieId));
      model.parts.userIds.forEach((id, user) => {
        const factors = row(model.parts.userFactors, user, rank);
        if (users.has(id)) {
          const visitor = model.foldIn(ratingsOf(model, user));
          assert.equal(factors, visitor.factors);
          assert.is(model.parts.userBias[user], visitor.bias);
        } else assert.equal(factors, row(old.parts.userFactors, user, rank));
      });
      model.parts.itemIds.forEach((id, item) => {
        if (!items.has(id))
          assert.equal(row(model.parts.itemFactors, item, rank), row(old.parts.itemFactors, item, rank));
      });
    }),
    { numRuns: 60 },
  );
});

/** Users and items change places: so does the weight that each has of the 0/1 matrix. */
const turnedOptions = (options: AlsOptions): AlsOptions =>
  options.feedback === "explicit"
    ? { ...options, cofactorBalance: 1 / (options.cofactorBalance ?? 1) }
    : options;

/** User co-factors as they were when the items were solved: those of touched users from all their ratings, by the old items. */
function cofactorsAfterFoldIn(old: AlsModel, model: AlsModel): Float64Array | undefined {
  const { options, itemFactors, userCofactors } = old.parts;
  if (options.feedback !== "explicit" || !userCofactors) return undefined;
  const { rank, lambda, lambdaCofactor = lambda, cofactorWeight = 0, cofactorBalance = 1, nu } = options;
  const weight = cofactorWeight / cofactorBalance;
  // (w·QᵀQ + λ_z·n^ν·I)·y = w·Σ q over the rated: as implicit feedback of α = 0 and λ_z / w.
  const items = new Float64Array(model.items * rank);
  items.set(itemFactors);
  const tie = new AlsModel({
    ...model.parts,
    options: {
      feedback: "implicit",
      rank,
      lambda: lambdaCofactor / weight,
      alpha: 0,
      nu,
      iterations: 1,
      seed: 1,
    },
    globalMean: 0,
    itemFactors: items,
    itemBias: new Float64Array(model.items),
    userCofactors: undefined,
    itemCofactors: undefined,
  });
  const cofactors = new Float64Array(model.users * rank);
  cofactors.set(userCofactors);
  for (let user = 0; user < model.users; user++) {
    const own = ratingsOf(model, user);
    const touched = user >= old.users || JSON.stringify(own) !== JSON.stringify(ratingsOf(old, user));
    if (touched) cofactors.set(tie.foldIn(own).factors, user * rank);
  }
  return cofactors;
}

test("touched items are solved from all their ratings against users who were folded in first", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ kind, rank, seed, given }) => {
      const data = datasetOf(randomMatrix(8, 12, 0.5, seed));
      const old = await trainFloat64(data, { ...kind, rank, iterations: 2 });
      const model = partialFit(old, datasetFrom(given));
      const { parts } = model;
      // The users as they were when the items were solved: the old rows, and the old model's fold-in of the touched.
      const userFactors = new Float64Array(model.users * rank);
      const userBias = new Float64Array(model.users);
      userFactors.set(old.parts.userFactors);
      userBias.set(old.parts.userBias);
      const userCofactors = cofactorsAfterFoldIn(old, model);
      const touched = new Set(given.map(({ userId }) => userId));
      parts.userIds.forEach((id, user) => {
        if (!touched.has(id)) return;
        const visitor = old.foldIn(ratingsOf(model, user));
        userFactors.set(visitor.factors, user * rank);
        userBias[user] = visitor.bias;
      });
      // Users and items change places, so that an item's row is a fold-in.
      const transposed = {
        userIds: parts.itemIds,
        itemIds: parts.userIds,
        users: Uint32Array.from(parts.ratings.columns),
        items: Uint32Array.from(
          Array.from(parts.userIds, (_, user) => ratingsOf(model, user).map(() => user)).flat(),
        ),
        ratings: parts.ratings.values,
      };
      const turned = new AlsModel({
        ...parts,
        userIds: parts.itemIds,
        itemIds: parts.userIds,
        userFactors: parts.itemFactors,
        itemFactors: userFactors,
        userBias: parts.itemBias,
        itemBias: userBias,
        userCofactors: parts.itemCofactors,
        itemCofactors: userCofactors,
        options: turnedOptions(parts.options),
        ratings: ratingsByUser(transposed),
      });
      for (const movieId of new Set(given.map(({ movieId }) => movieId))) {
        const item = parts.itemIds.indexOf(movieId);
        const { factors, bias } = turned.foldIn(ratingsOf(turned, item));
        assert.equal(row(parts.itemFactors, item, rank), factors);
        assert.is(parts.itemBias[item], bias);
      }
    }),
    { numRuns: 60 },
  );
});

test("new ids follow the known ones in ascending order, and new ratings replace old ones on the same film", async () => {
  const random = seededRandom(3);
  const old = await train(datasetOf(randomMatrix(8, 8, 1, 1)), {
    feedback: "explicit",
    rank: 3,
    iterations: 3,
  });
  const ratings = old.parts.ratings.values.slice();
  const given = [
    { userId: 300, movieId: 2002, rating: 4 },
    { userId: 102, movieId: 2002, rating: 2 },
    { userId: 200, movieId: 1001, rating: 1 },
    { userId: 103, movieId: 1004, rating: 0.5 + random() },
    { userId: 102, movieId: 2001, rating: 3 },
  ];
  const model = partialFit(old, datasetFrom(given));
  assert.equal(Array.from(model.parts.userIds.subarray(8)), [200, 300]);
  assert.equal(Array.from(model.parts.itemIds.subarray(8)), [2001, 2002]);
  assert.is(model.parts.ratings.columns.length, 64 + 4, "one of the five was a change of mind");
  assert.is(ratingsOf(model, 2)[3].rating, Math.fround(given[3].rating));
  assert.equal(
    ratingsOf(model, 1).map(({ item }) => item),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.is(model.recommend(1, 10).length, 0, "all is seen");
  assert.is(model.recommend(8, 10).length, 9);
  assert.is(model.parts.globalMean, old.parts.globalMean);
  // The model that was given stays as it was.
  assert.is(old.users, 8);
  assert.equal(old.parts.ratings.values, ratings);
});

test("new ratings lower the error on themselves, for new users of known films and known users of new films", async () => {
  const random = seededRandom(8);
  const taste = (user: number, film: number): number => (user % 2 === film % 2 ? 4.5 : 1.5);
  const of = (users: number[], films: number[]): Rating[] =>
    users.flatMap((user) =>
      films
        .filter(() => random() < 0.8)
        .map((film) => ({ userId: 101 + user, movieId: 1001 + film, rating: taste(user, film) })),
    );
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);
  const old = await train(datasetFrom(of(range(0, 40), range(0, 30))), { feedback: "explicit", rank: 4 });
  const given = [...of(range(40, 50), range(0, 30)), ...of(range(0, 40), range(30, 36))];
  const model = partialFit(old, datasetFrom(given));
  for (let user = 40; user < 50; user++)
    for (let film = 30; film < 36; film++) {
      const stars = model.predict(
        model.parts.userIds.indexOf(101 + user),
        model.parts.itemIds.indexOf(1001 + film),
      );
      assert.ok(
        Math.abs(stars - taste(user, film)) < 1,
        `new user, new film: ${stars}, not ${taste(user, film)}`,
      );
    }
});

test("each seed's model of an ensemble is fitted as if it were alone", async () => {
  const data = datasetOf(randomMatrix(8, 12, 0.5, 5));
  const given = datasetFrom([
    { userId: 103, movieId: 1002, rating: 4 },
    { userId: 300, movieId: 1002, rating: 1.5 },
    { userId: 300, movieId: 2001, rating: 5 },
  ]);
  const options = { feedback: "explicit", rank: 3, iterations: 2, seed: 5, cofactorWeight: 0.5 } as const;
  const both = partialFit(await trainFloat64(data, { ...options, seeds: 2 }), given);
  const alone = [5, 6].map(async (seed) => partialFit(await trainFloat64(data, { ...options, seed }), given));
  const scores = [both, ...(await Promise.all(alone))].map((model) =>
    Array.from({ length: model.users }, (_, user) => {
      const row = new Float64Array(model.items);
      model.scoreItems(user, row);
      return Array.from(row);
    }).flat(),
  );
  scores[0].forEach((score, cell) =>
    assert.ok(Math.abs(score - (scores[1][cell] + scores[2][cell]) / 2) < 1e-12, `cell ${cell}`),
  );
});

test("no rating and one that training refuses are refused", async () => {
  const data = datasetOf(randomMatrix(6, 6, 0.8, 2));
  const implicit = await trainFloat64(data, { feedback: "implicit", rank: 2, iterations: 2 });
  for (const [code, work] of [
    ["DATA_INVALID", () => partialFit(implicit, datasetFrom([]))],
    ["DATA_INVALID", () => partialFit(implicit, datasetFrom([{ userId: 101, movieId: 1001, rating: NaN }]))],
    ["DATA_INVALID", () => partialFit(implicit, datasetFrom([{ userId: 101, movieId: 1001, rating: 0 }]))],
  ] as const)
    assert.throws(work, (error: WorkspaceError) => error.code === code);
});

test.run();
