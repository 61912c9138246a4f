import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadRatingsFile, loadDataset, projectPath, splitHash, type Dataset } from "@movielens/lib/data";
import { readRatings, receiveRatings, sendRatings, splitRatings } from "@movielens/lib/spark";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../bi/datasets";
import { errorOf, tuplesOf } from "../data/support";
import { onSpark, testSpark } from "./remote";

/** All ratings in one order, since Spark has none. */
const lines = (dataset: Dataset): string => tuplesOf(dataset).map(String).sort().join("\n");

testSpark("Spark holds out the very ratings that are held out here", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  await onSpark(async (session) => {
    const options = { testShare: 0.2, seed: 42 };
    const onCluster = splitRatings(session, await sendRatings(session, whole), options);
    const here = splitHash(whole, options);
    assert.ok(lines(await receiveRatings(session, onCluster.test, whole)) === lines(here.test));
    assert.is(await onCluster.train.count(), here.train.ratings.length);
  });
});

testSpark("ratings come back as they were sent, in one message or in pieces, by user and time", async () => {
  const whole = random(2);
  const staging = await mkdtemp(join(tmpdir(), "movielens-"));
  try {
    await onSpark(async (session) => {
      const ways = [{}, { staging, inline: 100 }, { inline: 100 }];
      const hashes = new Set<string>();
      for (const options of ways) {
        const back = await receiveRatings(session, await sendRatings(session, whole, options), whole);
        assert.is(lines(back), lines(whole));
        hashes.add(back.hash);
        const { users, timestamps } = back;
        assert.ok(users.every((user, r) => r === 0 || user >= users[r - 1]));
        assert.ok(
          timestamps.every((time, r) => r === 0 || users[r] > users[r - 1] || time >= timestamps[r - 1]),
        );
      }
      assert.is(hashes.size, 1, "the same ratings have one hash, however they came");
      const first = await sendRatings(session, whole, { staging, inline: 100 });
      const again = await sendRatings(session, random(3), { staging, inline: 100 });
      assert.is((await readdir(staging)).length, 3, "each has a folder of its own");
      assert.is(lines(await receiveRatings(session, first, whole)), lines(whole));
      assert.is(lines(await receiveRatings(session, again, random(3))), lines(random(3)));
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
});

testSpark(
  "more ratings than one message holds are refused where no folder takes them, with the way out",
  () =>
    onSpark(async (session) => {
      const folderless = Object.create(session, {
        conf: { value: () => Promise.resolve(null) },
      }) as typeof session;
      const error = await errorOf("SPARK_MESSAGE_TOO_LARGE", () =>
        sendRatings(folderless, random(2), { inline: 10 }),
      );
      assert.match(error.mend, "--staging");
      assert.match(error.mend, "spark.checkpoint.dir");
    }),
);

testSpark("a share that is none is refused as by splitHash", () =>
  onSpark(async (session) => {
    const ratings = await sendRatings(session, random(2));
    for (const testShare of [0, 1, NaN])
      await errorOf("SPLIT_INVALID", () => splitRatings(session, ratings, { testShare, seed: 1 }));
  }),
);

testSpark("Spark leaves out of a file with broken rows what a strict reading here leaves out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "movielens-"));
  const path = join(folder, "ratings.csv");
  const broken = [
    "3,1,5.5,1000000000",
    "3,1,4.2,1000000000",
    "3,1,4,5",
    "3,x,4,1000000000",
    "3,1,,1000000000",
  ];
  const future = `3,1,4,${Math.floor(Date.now() / 1000) + 1e6}`;
  const good = ["1,1,4.0,1000000000", "1,2,0.5,1000000001", "2,1,5.0,1000000002", "3,2,3.5,1000000003"];
  const twice = "1,1,2.0,1000000009";
  try {
    await writeFile(
      path,
      ["userId,movieId,rating,timestamp", ...good, ...broken, future, twice, ""].join("\n"),
    );
    const here = await loadRatingsFile(path, "csv", { maxBadShare: 1 });
    assert.is(here.ratings.length, good.length);
    const film = { title: "", year: null, genres: [] };
    const films = new Map([1, 2].map((movieId) => [movieId, { movieId, ...film }]));
    await onSpark(async (session) => {
      const found = await readRatings(session, path, { ...here, movies: films }, { maxBadShare: 1 });
      assert.equal([found.read, found.kept], [good.length + broken.length + 2, good.length]);
      assert.is(lines(await receiveRatings(session, found.ratings, here)), lines(here));
      const parquet = join(folder, "as-parquet");
      await found.ratings.writeParquet(parquet);
      const again = await readRatings(session, parquet, { ...here, movies: films });
      assert.equal([again.read, again.kept], [good.length, good.length]);

      const tooMany = await errorOf("DATA_QUALITY", () =>
        readRatings(session, path, { ...here, movies: films }),
      );
      assert.match(tooMany.message, "7 of 11 ratings");
      const strangers = await errorOf("DATA_INVALID", () =>
        readRatings(session, path, { ...here, movies: new Map([[9, { movieId: 9, ...film }]]) }),
      );
      assert.match(strangers.mend, "--data");
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.run();
