import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertQuality, loadDataset, readDataset, RULES } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, fixture, inFolder, NOW } from "./support";

test("the report lists every rule, counts read and kept rows by file, and leaves the rejected rows out", async () => {
  const { dataset, quality } = await readDataset(fixture("csv"), { now: NOW });
  assert.equal(
    quality.rules.map(({ rule }) => rule),
    Object.keys(RULES),
  );
  assert.equal(
    quality.files.map(({ file, rowsRead, rowsKept }) => [file, rowsRead, rowsKept]),
    [
      ["movies.csv", 9, 4],
      ["links.csv", 4, 2],
      ["ratings.csv", 17, 5],
      ["tags.csv", 7, 3],
    ],
  );
  assert.is(quality.rowsRead, 37);
  assert.is(quality.rowsKept, 14);
  assert.is(quality.badShare, 12 / 17);
  const rejected = quality.rules.filter(({ severity }) => severity === "reject");
  assert.is(
    rejected.reduce((sum, { count }) => sum + count, 0),
    37 - 14,
  );
  assert.is(dataset.users.length, 5);
});

test("examples carry the reason and the text as published, bad bytes made visible", async () => {
  const { quality } = await readDataset(fixture("csv"), { now: NOW });
  const example = (rule: string, file: string): unknown =>
    quality.rules.find((entry) => entry.rule === rule)!.examples.find((found) => found.file === file);
  assert.equal(example("rating-range", "ratings.csv"), {
    file: "ratings.csv",
    line: 4,
    reason: 'rating "5.5" is outside 0.5–5',
    text: "1,6,5.5,964982224",
  });
  assert.equal(example("bad-utf8", "movies.csv"), {
    file: "movies.csv",
    line: 7,
    reason: "bytes that are not UTF-8",
    text: "8,Bad \\xff Bytes (1999),Drama",
  });
  assert.equal(example("duplicate-rating", "ratings.csv"), {
    file: "ratings.csv",
    line: 12,
    reason: "user 1 rated movie 3 on line 3 already",
    text: "1,3,2.0,964981300",
  });
});

test("the quarantine file holds every rejected row once, with file, line, rule, reason and text", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "below", "bad.csv");
    const { quality } = await readDataset(fixture("csv"), { now: NOW, quarantine: path });
    assert.is(quality.quarantine, path);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    assert.is(lines[0], "file,line,rule,reason,text");
    assert.is(lines.length - 1, quality.rowsRead - quality.rowsKept);
    assert.ok(
      lines.includes('movies.csv,8,bad-quotes,"quotes are not balanced","9,""Open Quote (1999),Drama"'),
    );
    assert.ok(lines.includes('ratings.csv,7,column-count,"3 columns, expected 4","1,6,4.0"'));
    assert.not.ok(existsSync(`${path}.part`));
  });
});

test("the quarantine of good data is a header alone, so that an old one cannot mislead", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    cpSync(fixture("csv"), data, { recursive: true });
    writeFileSync(join(data, "ratings.csv"), "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n");
    writeFileSync(join(data, "movies.csv"), "movieId,title,genres\n1,Toy Story (1995),Comedy\n");
    writeFileSync(join(data, "links.csv"), "movieId,imdbId,tmdbId\n");
    writeFileSync(join(data, "tags.csv"), "userId,movieId,tag,timestamp\n");
    const path = join(folder, "bad.csv");
    writeFileSync(path, "something old");
    const { quality } = await readDataset(data, { now: NOW, quarantine: path });
    assert.is(quality.badShare, 0);
    assert.is(readFileSync(path, "utf8"), "file,line,rule,reason,text\n");
  });
});

test("a quarantine file that cannot be written is a typed error that names it", async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, "file"), "");
    const path = join(folder, "file", "bad.csv");
    const error = await errorOf("OPTION_INVALID", () => readDataset(fixture("csv"), { quarantine: path }));
    assert.match(error.message, path);
  });
});

test("the gate stops above its threshold and says which file, how many rows and the first bad line", async () => {
  const error = await errorOf("DATA_QUALITY", () => loadDataset(fixture("csv"), { now: NOW }));
  assert.match(error.message, "12 of 17 rows of ratings.csv are bad (70.6 %, allowed 0.1 %)");
  assert.match(error.message, "rating-range 2");
  assert.match(error.message, "first: ratings.csv line 13");
});

test("the gate looks at each file: bad rows of a small file do not hide behind the many of another", async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 5000 }, (_, k) => `${k + 1},1,4.0,964982703`);
    writeFileSync(join(folder, "ratings.csv"), `userId,movieId,rating,timestamp\n${rows.join("\n")}\n`);
    writeFileSync(join(folder, "movies.csv"), "movieId,title,genres\n1,Toy Story (1995),Comedy\nbad\n");
    const error = await errorOf("DATA_QUALITY", () => loadDataset(folder));
    assert.match(error.message, "1 of 2 rows of movies.csv");
  });
});

test("bad rows at or under the threshold are left out and the rest is loaded", async () => {
  const dataset = await loadDataset(fixture("csv"), { now: NOW, maxBadShare: 12 / 17 });
  assert.is(dataset.users.length, 5);
});

test("a threshold outside 0 … 1 is refused", async () => {
  const { quality } = await readDataset(fixture("csv"), { now: NOW });
  for (const share of [-0.1, 1.1, NaN]) await errorOf("OPTION_INVALID", () => assertQuality(quality, share));
});

test("a data set without a single rating is refused", async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, "ratings.csv"), "userId,movieId,rating,timestamp\n");
    writeFileSync(join(folder, "movies.csv"), "movieId,title,genres\n1,Toy Story (1995),Comedy\n");
    const error = await errorOf("DATA_INVALID", () => loadDataset(folder));
    assert.match(error.message, "holds no ratings");
  });
});

test("progress counts every byte of the files that are read", async () => {
  const seen: number[] = [];
  let total = 0;
  await readDataset(fixture("csv"), {
    now: NOW,
    onProgress: ({ bytes, totalBytes }) => {
      seen.push(bytes);
      total = totalBytes;
    },
  });
  assert.is(seen.at(-1), total);
  assert.equal(
    seen,
    seen.slice().sort((a, b) => a - b),
  );
});

test.run();
