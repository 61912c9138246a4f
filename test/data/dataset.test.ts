import {
  createDataset,
  filterRatings,
  mergeRatings,
  ratingsByItem,
  ratingsByUser,
  subset,
  type RatingsByRow,
} from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, errorOf, tuplesOf, type RatingTuple } from "./support";

const ROWS: RatingTuple[] = [
  [7, 50, 3, 40],
  [2, 90, 4.5, 30],
  [7, 10, 1, 20],
  [2, 10, 5, 10],
];

/** Ratings with distinct (user, movie) cells, in any order; ids far apart, some beyond the lookup table. */
const ratings: fc.Arbitrary<RatingTuple[]> = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom(1, 2, 3, 1000, 4294967295),
    fc.constantFrom(5, 6, 70, 999999, 20000000),
    fc.integer({ min: 1, max: 10 }).map((steps) => steps / 2),
    fc.integer({ min: 788918400, max: 788918420 }),
  ),
  { selector: ([user, movie]) => `${user} ${movie}`, minLength: 1, maxLength: 25 },
);

test("dense indices follow ascending MovieLens ids, and the maps lead there and back", () => {
  const dataset = datasetOf(ROWS);
  assert.equal([...dataset.userIds], [2, 7]);
  assert.equal([...dataset.itemIds], [10, 50, 90]);
  assert.equal([...dataset.users], [1, 0, 1, 0]);
  assert.equal([...dataset.items], [1, 2, 0, 0]);
  assert.is(dataset.userIndex.get(7), 1);
  assert.is(dataset.itemIndex.get(90), 2);
  assert.is(dataset.itemIndex.get(11), undefined);
});

test("for any ratings, dense columns and id lists say what the MovieLens ids said", () => {
  fc.assert(
    fc.property(ratings, (rows) => {
      const dataset = datasetOf(rows);
      assert.equal(tuplesOf(dataset), rows);
      for (const ids of [dataset.userIds, dataset.itemIds])
        for (let k = 1; k < ids.length; k++) assert.ok(ids[k - 1] < ids[k]);
      dataset.userIds.forEach((id, user) => assert.is(dataset.userIndex.get(id), user));
      dataset.itemIds.forEach((id, item) => assert.is(dataset.itemIndex.get(id), item));
    }),
    { seed: 3 },
  );
});

test("columns of different length are refused", async () => {
  const error = await errorOf("DATA_INVALID", () =>
    createDataset({
      name: "uneven",
      userId: new Uint32Array(2),
      movieId: new Uint32Array(2),
      ratings: new Float32Array(1),
      timestamps: new Float64Array(2),
      movies: new Map(),
      tags: [],
      scale: { min: 0.5, max: 5, step: 0.5 },
      hash: "",
    }),
  );
  assert.match(error.message, "uneven: column ratings has 1 rows, userId has 2");
});

test("ratings grouped by user and by item, worked by hand", () => {
  const dataset = datasetOf(ROWS);
  const plain = ({ rowStart, columns, values, rows, cols }: RatingsByRow): unknown => ({
    rowStart: [...rowStart],
    columns: [...columns],
    values: [...values],
    rows,
    cols,
  });
  assert.equal(plain(ratingsByUser(dataset)), {
    rowStart: [0, 2, 4],
    columns: [0, 2, 0, 1],
    values: [5, 4.5, 1, 3],
    rows: 2,
    cols: 3,
  });
  assert.equal(plain(ratingsByItem(dataset)), {
    rowStart: [0, 2, 3, 4],
    columns: [0, 1, 1, 0],
    values: [5, 1, 3, 4.5],
    rows: 3,
    cols: 2,
  });
});

test("for any ratings, grouping keeps every cell once, columns ascending in every row", () => {
  fc.assert(
    fc.property(ratings, (rows) => {
      const dataset = datasetOf(rows);
      const cells = rows.map(([user, movie, stars]) => `${user} ${movie} ${stars}`).sort();
      const grouped = [
        { by: ratingsByUser(dataset), name: (row: number, column: number) => [row, column] },
        { by: ratingsByItem(dataset), name: (row: number, column: number) => [column, row] },
      ];
      for (const { by, name } of grouped) {
        const seen: string[] = [];
        for (let row = 0; row < by.rows; row++)
          for (let at = by.rowStart[row]; at < by.rowStart[row + 1]; at++) {
            if (at > by.rowStart[row]) assert.ok(by.columns[at - 1] < by.columns[at]);
            const [user, item] = name(row, by.columns[at]);
            seen.push(`${dataset.userIds[user]} ${dataset.itemIds[item]} ${by.values[at]}`);
          }
        assert.equal(seen.sort(), cells);
      }
    }),
    { seed: 3 },
  );
});

test("grouped ratings lie in shared memory, for threads to read", () => {
  const { rowStart, columns, values } = ratingsByUser(datasetOf(ROWS));
  for (const view of [rowStart, columns, values]) assert.instance(view.buffer, SharedArrayBuffer);
});

test("a subset keeps the order asked for and the index space of the whole", () => {
  const dataset = datasetOf(ROWS);
  const part = subset(dataset, Uint32Array.of(3, 0));
  assert.equal(tuplesOf(part), [ROWS[3], ROWS[0]]);
  assert.is(part.itemIds, dataset.itemIds);
  assert.is(ratingsByItem(part).rowStart.length, 4);
});

test("filtering shows each rating in both id spaces and keeps users and items that lose all of theirs", () => {
  const dataset = datasetOf(ROWS);
  const seen: number[][] = [];
  const part = filterRatings(dataset, ({ row, user, item, userId, movieId, rating, timestamp }) => {
    seen.push([row, user, item, userId, movieId, rating, timestamp]);
    return userId === 2;
  });
  assert.equal(seen, [
    [0, 1, 1, 7, 50, 3, 40],
    [1, 0, 2, 2, 90, 4.5, 30],
    [2, 1, 0, 7, 10, 1, 20],
    [3, 0, 0, 2, 10, 5, 10],
  ]);
  assert.equal(tuplesOf(part), [ROWS[1], ROWS[3]]);
  assert.equal([...part.userIds], [2, 7]);
});

test("the parts of a whole, merged, are the whole, in whatever way it was cut", () => {
  fc.assert(
    fc.property(ratings, fc.func(fc.boolean()), (rows, isFirst) => {
      const whole = datasetOf(rows);
      const first = filterRatings(whole, ({ row }) => isFirst(row));
      const second = filterRatings(whole, ({ row }) => !isFirst(row));
      const merged = mergeRatings(first, second);
      assert.equal(merged.userIds, whole.userIds);
      assert.equal(tuplesOf(merged), [...tuplesOf(first), ...tuplesOf(second)]);
      assert.equal(tuplesOf(merged).map(String).sort(), rows.map(String).sort());
    }),
    { seed: 5 },
  );
});

test("data sets that number users or films differently are not merged", async () => {
  const error = await errorOf("DATA_INVALID", () =>
    mergeRatings(datasetOf(ROWS), datasetOf(ROWS.slice(1, 3))),
  );
  assert.match(error.message, /index spaces/);
});

test.run();
