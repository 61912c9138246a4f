import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadCatalogue, loadDataset, readDataset } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, findings, fixture, inFolder, NOW, tuplesOf, zipFolder } from "./support";

test("the CSV layout: every planted defect is found on its line, by its rule, and nothing else is", async () => {
  const { dataset, quality } = await readDataset(fixture("csv"), { now: NOW });
  assert.equal(
    findings(quality),
    [
      "movies.csv:3 trailing-blanks",
      "movies.csv:4 title-without-year",
      "movies.csv:6 duplicate-movie",
      "movies.csv:7 bad-utf8",
      "movies.csv:8 bad-quotes",
      "movies.csv:9 column-count",
      "movies.csv:10 not-a-number",
      "links.csv:4 unknown-movie",
      "links.csv:5 not-a-number",
      "ratings.csv:4 rating-range",
      "ratings.csv:5 rating-grid",
      "ratings.csv:6 not-a-number",
      "ratings.csv:7 column-count",
      "ratings.csv:8 unknown-movie",
      "ratings.csv:9 timestamp-before-1995",
      "ratings.csv:10 timestamp-future",
      "ratings.csv:12 duplicate-rating",
      "ratings.csv:13 bad-utf8",
      "ratings.csv:15 rating-range",
      "ratings.csv:16 not-a-number",
      "ratings.csv:17 column-count",
      "tags.csv:4 trailing-blanks",
      "tags.csv:5 unknown-movie",
      "tags.csv:6 timestamp-future",
      "tags.csv:7 not-a-number",
      "tags.csv:8 timestamp-before-1995",
    ].sort(),
  );
  assert.equal(tuplesOf(dataset), [
    [1, 1, 4, 964982703],
    [1, 3, 0.5, 964981247],
    [2, 1, 3.5, 964982703],
    [1, 6, 4, 964982224],
    [2, 3, 5, 1577836800],
  ]);
});

test("the CSV layout: quotes, accents, links and tags are read as published", async () => {
  const { dataset } = await readDataset(fixture("csv"), { now: NOW });
  assert.equal(
    [...dataset.movies.values()],
    [
      {
        movieId: 1,
        title: "Toy Story (1995)",
        year: 1995,
        genres: ["Adventure", "Animation"],
        imdbId: "0114709",
        tmdbId: 862,
      },
      {
        movieId: 3,
        title: "American President, The (1995)",
        year: 1995,
        genres: ["Comedy", "Drama", "Romance"],
        imdbId: "0112346",
      },
      { movieId: 6, title: "Babylon 5", year: null, genres: ["Sci-Fi"] },
      { movieId: 7, title: "Death Note: Desu nôto (2006–2007)", year: 2006, genres: [] },
    ],
  );
  assert.equal(dataset.tags, [
    { userId: 1, movieId: 1, tag: "pixar", timestamp: 964982703 },
    { userId: 1, movieId: 1, tag: 'funny, "very" funny', timestamp: 964982703 },
    { userId: 2, movieId: 3, tag: "slow", timestamp: 964982703 },
  ]);
});

test("tags and links may be missing from a CSV folder", async () => {
  await inFolder(async (folder) => {
    for (const name of ["ratings.csv", "movies.csv"]) cpSync(join(fixture("csv"), name), join(folder, name));
    const { dataset, quality } = await readDataset(folder, { now: NOW });
    assert.is(dataset.users.length, 5);
    assert.is(dataset.tags.length, 0);
    assert.is(dataset.movies.get(1)!.imdbId, undefined);
    assert.equal(
      quality.files.map(({ file }) => file),
      ["movies.csv", "ratings.csv"],
    );
  });
});

test("the 1m layout: whole stars, double colons, ISO-8859-1 titles", async () => {
  const { dataset, quality } = await readDataset(fixture("1m"), { now: NOW });
  assert.is(quality.layout, "1m");
  assert.equal(dataset.scale, { min: 1, max: 5, step: 1 });
  assert.equal(
    findings(quality),
    [
      "movies.dat:3 column-count",
      "ratings.dat:2 rating-grid",
      "ratings.dat:3 rating-range",
      "ratings.dat:5 column-count",
      "ratings.dat:7 unknown-movie",
      "users.dat:3 duplicate-user",
      "users.dat:4 unknown-demographics",
    ].sort(),
  );
  assert.equal(
    [...dataset.demographics],
    [
      [1, { gender: "F", age: "under 18", occupation: "K-12 student" }],
      [2, { gender: "M", age: "56 or older", occupation: "self-employed" }],
    ],
  );
  assert.is(dataset.movies.get(2)!.title, "Misérables, Les (1995)");
  assert.equal(dataset.movies.get(1)!.genres, ["Animation", "Children's", "Comedy"]);
  assert.equal(tuplesOf(dataset), [
    [1, 1, 5, 978300760],
    [2, 1, 1, 978301968],
    [1, 2, 4, 978302109],
    [2, 2, 5, 978301968],
  ]);
});

test("the 10m layout: half stars, double colons, UTF-8 titles, tags", async () => {
  const { dataset, quality } = await readDataset(fixture("10m"), { now: NOW });
  assert.is(quality.layout, "10m");
  assert.equal(dataset.scale, { min: 0.5, max: 5, step: 0.5 });
  assert.equal(
    findings(quality),
    [
      "movies.dat:3 bad-utf8",
      "ratings.dat:3 duplicate-rating",
      "ratings.dat:4 rating-grid",
      "tags.dat:2 column-count",
    ].sort(),
  );
  assert.is(dataset.movies.get(122)!.title, "Amélie (2001)");
  assert.equal(dataset.tags, [{ userId: 1, movieId: 122, tag: "excellent!", timestamp: 1215184630 }]);
  assert.equal(
    tuplesOf(dataset).map(([, , rating]) => rating),
    [5, 4.5, 0.5],
  );
});

test("the 100k layout: tabs, genre flags named by u.genre, ISO-8859-1, a year before a medium", async () => {
  const { dataset, quality } = await readDataset(fixture("100k"), { now: NOW });
  assert.is(quality.layout, "100k");
  assert.equal(dataset.scale, { min: 1, max: 5, step: 1 });
  assert.equal(
    findings(quality),
    [
      "u.data:3 rating-range",
      "u.data:4 rating-grid",
      "u.data:6 unknown-movie",
      "u.data:7 column-count",
      "u.item:3 title-without-year",
      "u.item:5 not-a-number",
      "u.item:6 column-count",
      "u.user:3 unknown-demographics",
      "u.user:4 not-a-number",
    ].sort(),
  );
  assert.equal(
    [...dataset.demographics],
    [
      [1, { gender: "M", age: "18–24", occupation: "technician" }],
      [2, { gender: "F", age: "50–55", occupation: "other" }],
    ],
  );
  assert.equal(
    [...dataset.movies.values()],
    [
      { movieId: 1, title: "Toy Story (1995)", year: 1995, genres: ["Animation", "Children's", "Comedy"] },
      { movieId: 2, title: "Land Before Time III, The (1995) (V)", year: 1995, genres: ["Animation"] },
      { movieId: 3, title: "unknown", year: null, genres: [] },
      { movieId: 4, title: "Cité des enfants perdus, La (1995)", year: 1995, genres: ["Sci-Fi"] },
    ],
  );
  assert.equal(tuplesOf(dataset), [
    [1, 1, 5, 874965758],
    [1, 2, 3, 876893171],
    [2, 3, 4, 888550871],
  ]);
});

for (const layout of ["csv", "1m", "10m", "100k"])
  test(`the ${layout} layout is the same from its zip as from its folder, hash included`, async () => {
    await inFolder(async (folder) => {
      const zip = join(folder, `${layout}.zip`);
      await zipFolder(fixture(layout), "ml-10M100K", zip);
      const fromZip = await readDataset(zip, { now: NOW });
      const fromFolder = await readDataset(fixture(layout), { now: NOW });
      assert.equal(fromZip, fromFolder);
      assert.is(fromZip.dataset.name, layout);
    });
  });

test("the hash changes with any file that is read", async () => {
  const original = (await readDataset(fixture("csv"), { now: NOW })).quality.hash;
  for (const name of ["ratings.csv", "movies.csv", "tags.csv", "links.csv"])
    await inFolder(async (folder) => {
      cpSync(fixture("csv"), folder, { recursive: true });
      const path = join(folder, name);
      writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from("\n")]));
      assert.is.not((await readDataset(folder, { now: NOW })).quality.hash, original, name);
    });
});

test("nothing at the path is a typed error that names it", async () => {
  const error = await errorOf("DATA_MISSING", () => loadDataset("no/such/folder"));
  assert.match(error.message, "no/such/folder");
});

test("files that fit no layout are a typed error that lists them", async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, "ratings.csv"), "");
    writeFileSync(join(folder, "films.csv"), "");
    const error = await errorOf("DATA_LAYOUT_UNKNOWN", () => readDataset(folder));
    assert.match(error.message, "films.csv, ratings.csv");
  });
});

test("a file that is no zip, a zip cut short and a zip with a flipped bit are typed errors", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "broken.zip");
    writeFileSync(path, "not a zip at all, though long enough to look for its end");
    await errorOf("DATA_INVALID", () => readDataset(path));

    await zipFolder(fixture("csv"), "ml-latest", path);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    await errorOf("DATA_INVALID", () => readDataset(path));

    // Uncompressed, a file's text stands in the zip as it is: the flipped bit makes another, plausible rating.
    await zipFolder(fixture("csv"), "ml-latest", path, { compress: false });
    const stored = readFileSync(path);
    stored[stored.indexOf("2,1,3.5,964982703") + 4] ^= 1;
    writeFileSync(path, stored);
    const error = await errorOf("DATA_INVALID", () => readDataset(path, { now: NOW }));
    assert.match(error.message, "CRC-32 of ml-latest/ratings.csv does not match");
  });
});

test("a zip may hold its files at the top itself, but none of them twice", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "flat.zip");
    await zipFolder(fixture("1m"), "", path);
    assert.is((await readDataset(path, { now: NOW })).quality.layout, "1m");

    await zipFolder(fixture("1m"), "ml-1m", path, { beside: "copy/ratings.dat" });
    const error = await errorOf("DATA_INVALID", () => readDataset(path));
    assert.match(error.message, "ratings.dat twice");
  });
});

test("another header is a typed error, not a file of bad rows", async () => {
  await inFolder(async (folder) => {
    cpSync(fixture("csv"), folder, { recursive: true });
    for (const name of ["ratings.csv", "movies.csv", "tags.csv", "links.csv"]) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      writeFileSync(path, Buffer.concat([Buffer.from("x"), bytes]));
      const error = await errorOf("DATA_INVALID", () => readDataset(folder, { now: NOW }));
      assert.match(error.message, `${name} line 1`);
      writeFileSync(path, "");
      await errorOf("DATA_INVALID", () => readDataset(folder, { now: NOW }));
      writeFileSync(path, bytes);
    }
  });
});

test("a genre list that is not numbered in order is a typed error naming the line", async () => {
  await inFolder(async (folder) => {
    cpSync(fixture("100k"), folder, { recursive: true });
    writeFileSync(join(folder, "u.genre"), "unknown|0\nAction|2\n");
    const error = await errorOf("DATA_INVALID", () => readDataset(folder));
    assert.match(error.message, "u.genre line 2");
  });
});

test("users.dat is what tells 1m from 10m", async () => {
  await inFolder(async (folder) => {
    cpSync(fixture("1m"), folder, { recursive: true });
    renameSync(join(folder, "users.dat"), join(folder, "people.dat"));
    rmSync(join(folder, "movies.dat"));
    cpSync(join(fixture("10m"), "movies.dat"), join(folder, "movies.dat"));
    assert.is((await readDataset(folder, { now: NOW })).quality.layout, "10m");
  });
});

test("films, tags and users of every layout are read where the ratings are elsewhere", async () => {
  for (const [name, ratings] of [
    ["csv", "ratings.csv"],
    ["1m", "ratings.dat"],
    ["10m", "ratings.dat"],
    ["100k", "u.data"],
  ])
    await inFolder(async (folder) => {
      cpSync(fixture(name), folder, { recursive: true });
      const { dataset } = await readDataset(folder, { now: NOW });
      rmSync(join(folder, ratings));
      await errorOf("DATA_LAYOUT_UNKNOWN", () => loadDataset(folder, { now: NOW }));
      await errorOf("DATA_QUALITY", () => loadCatalogue(folder, { now: NOW }));
      const { hash, ...catalogue } = await loadCatalogue(folder, { now: NOW, maxBadShare: 1 });
      const { movies, tags, demographics, scale } = dataset;
      assert.equal(catalogue, { name: dataset.name, movies, tags, demographics, scale }, name);
      assert.match(hash, /^[0-9a-f]{64}$/);
      assert.is.not(hash, dataset.hash);
    });
});

test.run();
