import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  filterRatings,
  loadDataset,
  projectPath,
  splitHash,
  splitRandom,
  type Dataset,
} from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runCommand, type Outcome } from "./run";

interface Result {
  rmse: number | null;
  mae: number | null;
  precision: number | null;
  options: Record<string, unknown>;
  search: { trials: number; value: number } | null;
  train: { ratings: number };
  test: { ratings: number };
  cold: { users: number; items: number; ratings: number; rmse: number | null };
  seenInTraining: number;
  trainSeconds: number;
  seconds: number;
}

const folder = mkdtempSync(join(tmpdir(), "movielens-"));
const file = (name: string): string => join(folder, name);
const small = ["--rank", "4", "--iterations", "4", "--seeds", "2", "--seed", "5"];

/** Writes ratings as a layout has them; `stars` may change them on the way. */
function write(
  name: string,
  { users, items, userIds, itemIds, ratings, timestamps }: Dataset,
  form: { separator: string; header: boolean },
  stars: (rating: number, r: number) => number = (rating) => rating,
): void {
  const lines = Array.from(ratings, (rating, r) =>
    [userIds[users[r]], itemIds[items[r]], stars(rating, r), timestamps[r]].join(form.separator),
  );
  writeFileSync(
    file(name),
    [...(form.header ? ["userId,movieId,rating,timestamp"] : []), ...lines].join("\n") + "\n",
  );
}

test.before(async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const few = filterRatings(whole, ({ user, item }) => user < 50 && item < 1200);
  const split = splitRandom(few, { testShare: 0.2, seed: 1 });
  const learnt = filterRatings(split.train, ({ user, item }) => user !== 3 && item !== 0);
  const csv = { separator: ",", header: true };
  write("train.csv", learnt, csv);
  write("test.csv", split.test, csv);
  write("other.csv", split.test, csv, (_, r) => 0.5 + (r % 10) / 2);
  for (const [name, separator] of [
    ["100k", "\t"],
    ["1m", "::"],
  ]) {
    write(`train.${name}`, learnt, { separator, header: false }, Math.ceil);
    write(`test.${name}`, split.test, { separator, header: false }, Math.ceil);
  }
  write("low.csv", split.test, csv, () => 2);
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

const evaluate = (train: string, testFile: string, ...flags: string[]): Promise<Outcome> =>
  runCommand("evaluate", ["--train", file(train), "--test", file(testFile), ...flags]);
const result = async (...given: Parameters<typeof evaluate>): Promise<Result> => {
  const { code, out, err } = await evaluate(...given, "--json");
  assert.is(code, 0, err);
  return JSON.parse(out) as Result;
};

test("one file is learned from and the other predicted, with what is cold counted", async () => {
  const found = await result("train.csv", "test.csv", ...small);
  assert.ok(found.rmse! > 0.5 && found.rmse! < 1.2 && found.mae! < found.rmse!, String(found.rmse));
  assert.ok(found.precision! >= 0 && found.precision! <= 1);
  assert.ok(
    found.cold.users === 1 && found.cold.items >= 1 && found.cold.ratings >= 2 && found.cold.rmse! > 0,
  );
  assert.is(found.seenInTraining, 0);
  assert.is(found.search, null);
  assert.ok(found.seconds >= found.trainSeconds && found.trainSeconds > 0);
  const { rank, iterations, seeds, seed } = found.options;
  assert.equal({ rank, iterations, seeds, seed }, { rank: 4, iterations: 4, seeds: 2, seed: 5 });
});

test("a file tested against itself says that all of it was seen", async () => {
  const found = await result("train.csv", "train.csv", ...small);
  assert.is(found.seenInTraining, found.train.ratings);
  assert.is(found.cold.ratings, 0);
  assert.is(found.cold.rmse, null);
  const { out, err } = await evaluate("train.csv", "train.csv", ...small);
  const all = found.train.ratings.toLocaleString("en");
  assert.match(err, `warning: ${all} of ${all} test ratings are in the training data too`);
  assert.match(out, "cold: 0 users and 0 films with 0 test ratings");
});

test("cold users and films are named with their error, and no warning is given where nothing was seen", async () => {
  const { code, out, err } = await evaluate("train.csv", "test.csv", ...small);
  assert.is(code, 0, err);
  assert.match(out, /cold: 1 users and \d+ films with \d+ test ratings, predicted by the mean .*: RMSE \d/);
  assert.not.match(err, "warning");
});

test("rows that are left out are counted by the rule that they break", async () => {
  const rows = readFileSync(file("test.csv"), "utf8");
  writeFileSync(file("old.csv"), `${rows}1,1,4,17\n`);
  assert.match((await evaluate("train.csv", "old.csv", ...small)).err, "bad (");
  const { code, err } = await evaluate("train.csv", "old.csv", ...small, "--max-bad-share", "0.5");
  assert.is(code, 0, err);
  assert.match(err, "1 rows left out: timestamp-before-1995 1");
});

test("files may have blanks in their names, and no header", async () => {
  writeFileSync(file("my train.csv"), readFileSync(file("train.csv"), "utf8").replace(/^.*\n/, ""));
  const found = await result("my train.csv", "test.csv", ...small);
  assert.is(found.rmse, (await result("train.csv", "test.csv", ...small)).rmse);
});

test("a file of another format is refused with the format that it has", async () => {
  for (const [name, given, looks] of [
    ["train.1m", "latest", "1m"],
    ["train.100k", "1m", "100k"],
    ["train.csv", "100k", "latest"],
  ]) {
    const { code, err } = await evaluate(name, "test.csv", "--format", given);
    assert.is(code, 1);
    assert.match(err, `looks like --format ${looks}, not ${given}`);
  }
});

test("every format is read by its own rules", async () => {
  for (const format of ["100k", "1m"]) {
    const found = await result(`train.${format}`, `test.${format}`, "--format", format, ...small);
    assert.ok(found.rmse! > 0.5 && found.rmse! < 1.2, `${format} ${found.rmse}`);
  }
});

test("what --tune chooses does not depend on the test file, and flags stay as given", async () => {
  const flags = [
    "--tune",
    "--rank",
    "3",
    "--iterations",
    "3",
    "--seeds",
    "1",
    "--cofactor-weight",
    "0",
    "--nu",
    "0.5",
  ];
  const found = await result("train.csv", "test.csv", ...flags);
  const other = await result("train.csv", "other.csv", ...flags);
  const fewer = await result("train.csv", "train.csv", ...flags);
  assert.equal(other.options, found.options);
  assert.equal(other.search, found.search);
  assert.equal(fewer.options, found.options);
  assert.not.equal(other.rmse, found.rmse);
  assert.ok(found.search!.trials > 5);
  assert.equal([found.options.rank, found.options.iterations, found.options.seeds], [3, 3, 1]);
});

test("a table and the seconds are printed without --json", async () => {
  const { code, out, err } = await evaluate("train.csv", "test.csv", ...small, "--k", "5");
  assert.is(code, 0, err);
  for (const label of ["RMSE", "MAE", "precision@5", "recall@5", "nDCG@5", "MAP@5"]) assert.match(out, label);
  assert.match(out, /\d s: .* choosing, .* training/);
});

test("implicit feedback has no error in stars, but ranks", async () => {
  const found = await result("train.csv", "test.csv", "--feedback", "implicit", ...small);
  assert.is(found.rmse, null);
  assert.ok(found.precision! > 0);
});

test("ranking is null where no test rating is relevant, and the errors are still there", async () => {
  const found = await result("train.csv", "low.csv", ...small);
  assert.is(found.precision, null);
  assert.ok(found.rmse! > 0);
});

test("--data is split into folds, each of them tested once", async () => {
  const { code, out, err } = await runCommand("evaluate", [
    ...["--data", projectPath("data", "ml-latest-small"), "--folds", "2", "--json", "--rank", "2"],
    ...["--iterations", "2", "--seeds", "1"],
  ]);
  assert.is(code, 0, err);
  const found = JSON.parse(out) as { rmse: number; folds: Result[] };
  assert.is(
    found.folds.reduce((sum, fold) => sum + fold.test.ratings, 0),
    100836,
  );
  const mean = (found.folds[0].rmse! + found.folds[1].rmse!) / 2;
  assert.ok(Math.abs(found.rmse - mean) < 1e-12);
});

test("--test-share holds out once what the split by hash does", async () => {
  const data = projectPath("data", "ml-latest-small");
  const { code, out, err } = await runCommand("evaluate", [
    ...["--data", data, "--test-share", "0.1", "--json", "--rank", "2"],
    ...["--iterations", "2", "--seeds", "1", "--seed", "9"],
  ]);
  assert.is(code, 0, err);
  const found = JSON.parse(out) as Result;
  const { test: held } = splitHash(await loadDataset(data), { testShare: 0.1, seed: 9 });
  assert.is(found.test.ratings, held.ratings.length);
  assert.is(found.train.ratings + found.test.ratings, 100836);
  assert.is(found.seenInTraining, 0);
});

for (const [what, argv, says] of [
  ["a missing file", ["--train", "/nowhere.csv", "--test", "/nowhere.csv"], "DATA_MISSING"],
  ["no test file", ["--train", "/nowhere.csv"], "OPTION_INVALID: evaluate needs --train and --test"],
  ["a share of files", ["--train", "/nowhere.csv", "--test-share", "0.2"], "OPTION_INVALID: --ratings and"],
  ["a share and folds", ["--test-share", "0.2", "--folds", "3"], "OPTION_INVALID: --ratings and"],
  ["ratings of Spark, here", ["--ratings", "/there"], "--ratings has no meaning with --engine local"],
  ["a share of everything", ["--test-share", "1"], "OPTION_INVALID: --test-share is 1"],
  ["a list of half a film", ["--test-share", "0.2", "--k", "0.5"], "OPTION_INVALID: --k is 0.5"],
  ["an unknown format", ["--format", "netflix"], "latest, 100k, 1m"],
  ["a rank of 0", ["--rank", "0"], "OPTION_INVALID: rank is 0"],
  [
    "an option of the other kind",
    ["--feedback", "implicit", "--lambda-bias", "1"],
    "OPTION_INVALID: lambdaBias",
  ],
] as const)
  test(`${what} is refused in one line and its mend`, async () => {
    const { code, err } = await runCommand("evaluate", [...argv]);
    assert.is(code, 1);
    assert.match(err, says);
  });

test("an empty test file and another separator are refused", async () => {
  writeFileSync(file("empty.csv"), "userId,movieId,rating,timestamp\n");
  assert.match((await evaluate("train.csv", "empty.csv")).err, "DATA_INVALID");
  assert.match((await evaluate("train.1m", "test.1m", "--format", "100k")).err, "DATA_QUALITY");
});

test.run();
