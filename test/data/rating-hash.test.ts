import {
  heldOutSql,
  loadDataset,
  nextProtocol,
  projectPath,
  queryRows,
  ratingHash,
  ratingHashSql,
  splitBy,
  splitHash,
  subset,
  withDuckdb,
  type Dataset,
} from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { tuplesOf } from "./support";

const id = fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 0xffffffff }));
const SIZES = [0, 1, 2, 610, 193_609, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

test("DuckDB computes the hash to the last bit, for ids and seeds of any size", () =>
  withDuckdb(async (connection) => {
    const triples = [
      ...SIZES.flatMap((user) => SIZES.flatMap((movie) => SIZES.map((seed) => [user, movie, seed]))),
      ...fc.sample(fc.tuple(id, id, id), { numRuns: 300, seed: 1 }),
    ];
    const bySeed = new Map<number, number[][]>();
    for (const triple of triples) bySeed.set(triple[2], [...(bySeed.get(triple[2]) ?? []), triple]);
    for (const [seed, own] of bySeed) {
      const values = own.map(([user, movie]) => `(${user}::UINTEGER, ${movie}::UINTEGER)`).join(", ");
      const rows = await queryRows(
        connection,
        `SELECT userId, movieId, ${ratingHashSql(seed)} AS hash FROM (VALUES ${values}) AS t (userId, movieId)`,
      );
      for (const { userId, movieId, hash } of rows as Record<string, number>[])
        assert.is(hash, ratingHash(userId, movieId, seed), `${userId}, ${movieId}, ${seed}`);
    }
  }));

let whole: Dataset;
test.before(async () => {
  whole = await loadDataset(projectPath("data", "ml-latest-small"));
});

test("DuckDB holds out the ratings that splitHash holds out", () =>
  withDuckdb(async (connection) => {
    const options = { testShare: 0.2, seed: 42 };
    const rows = await queryRows(
      connection,
      `SELECT userId, movieId FROM read_csv('${projectPath("data", "ml-latest-small", "ratings.csv")}')
       WHERE ${heldOutSql(options)} ORDER BY userId, movieId`,
    );
    const { test: held } = splitHash(whole, options);
    const own = tuplesOf(held).map(([userId, movieId]) => `${userId} ${movieId}`);
    assert.ok(rows.map(({ userId, movieId }) => `${userId} ${movieId}`).join() === own.join());
  }));

test("a rating stays in its part when others come or go", () => {
  const half = subset(
    whole,
    Uint32Array.from({ length: 50_000 }, (_, k) => 2 * k),
  );
  const options = { testShare: 0.2, seed: 7 };
  const all = new Set(tuplesOf(splitHash(whole, options).test).map(String));
  const { train, test: held } = splitHash(half, options);
  assert.ok(tuplesOf(held).every((tuple) => all.has(String(tuple))));
  assert.not.ok(tuplesOf(train).some((tuple) => all.has(String(tuple))));
});

/** Squared deviations over their binomial variance: about as many as there are groups, if each rating is drawn by itself. */
function chiSquare(groups: Map<number, number[]>, share: number): { value: number; groups: number } {
  let value = 0;
  for (const draws of groups.values()) {
    const hits = draws.reduce((sum, hit) => sum + hit, 0);
    value += (hits - share * draws.length) ** 2 / (share * (1 - share) * draws.length);
  }
  return { value, groups: groups.size };
}

test("the share held out is the one asked for, of each user, each film and each seed as if drawn by itself", () => {
  const share = 0.2;
  for (const seed of [0, 1, 42, 0xffffffff]) {
    const by = { user: new Map<number, number[]>(), item: new Map<number, number[]>() };
    const held = new Set(tuplesOf(splitHash(whole, { testShare: share, seed }).test).map(String));
    assert.ok(Math.abs(held.size / whole.ratings.length - share) < 0.005, `${held.size} of seed ${seed}`);
    tuplesOf(whole).forEach((tuple, r) => {
      const hit = held.has(String(tuple)) ? 1 : 0;
      for (const [side, index] of [
        ["user", whole.users[r]],
        ["item", whole.items[r]],
      ] as const)
        by[side].set(index, [...(by[side].get(index) ?? []), hit]);
    });
    for (const side of ["user", "item"] as const) {
      const { value, groups } = chiSquare(by[side], share);
      // Five standard deviations of a chi-square of that many degrees of freedom, and room for groups of one.
      assert.ok(Math.abs(value - groups) < 5 * Math.sqrt(4 * groups), `${side}, seed ${seed}: ${value}`);
    }
  }
});

test("neighbouring users, films and seeds share no more than chance: each bit of the hash turns half the time", () => {
  const steps: [string, (user: number, movie: number, seed: number) => number][] = [
    ["user", (user, movie, seed) => ratingHash(user + 1, movie, seed)],
    ["film", (user, movie, seed) => ratingHash(user, movie + 1, seed)],
    ["seed", (user, movie, seed) => ratingHash(user, movie, seed + 1)],
    ["user and film against each other", (user, movie, seed) => ratingHash(user + 1, movie - 1, seed)],
  ];
  for (const [name, step] of steps) {
    const turned = new Float64Array(31);
    let pairs = 0;
    for (let user = 1; user <= 40; user++)
      for (let movie = 1; movie <= 50; movie++, pairs++) {
        const changed = ratingHash(user, movie, 42) ^ step(user, movie, 42);
        for (let bit = 0; bit < 31; bit++) turned[bit] += (changed >>> bit) & 1;
      }
    turned.forEach((count, bit) =>
      assert.ok(Math.abs(count / pairs - 0.5) < 0.05, `${name}, bit ${bit}: ${count / pairs}`),
    );
  }
});

test("the training part is split on by hashes of its own, of which some are left", () => {
  const protocol = { name: "hash", testShare: 0.2, seed: 42 } as const;
  const { train } = splitBy(whole, protocol);
  const inner = splitBy(train, nextProtocol(protocol));
  assert.ok(Math.abs(inner.test.ratings.length / train.ratings.length - 0.2) < 0.01);
  const byTime = { name: "time", trainShare: 0.8 } as const;
  assert.is(nextProtocol(byTime), byTime);
});

test.run();
