import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadRatingsFile, loadDataset, projectPath, splitHash, type Dataset } from "@movielens/lib/data";
import { cleanRatings, receiveRatings, sendRatings, splitRatings, type Frame } from "@movielens/lib/spark";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../bi/datasets";
import { errorOf, tuplesOf } from "../data/support";
import { onSpark, testSpark } from "./remote";

/** All ratings in one order, since Spark has none. */
const lines = (dataset: Dataset): string => tuplesOf(dataset).map(String).sort().join("\n");
const received = (frame: Frame, about: Dataset): Promise<Dataset> => receiveRatings(frame, about);

testSpark("Spark holds out the very ratings that are held out here", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  await onSpark(async (session) => {
    const options = { testShare: 0.2, seed: 42 };
    const onCluster = splitRatings(session, await sendRatings(session, whole), options);
    const here = splitHash(whole, options);
    assert.ok(lines(await received(onCluster.test, whole)) === lines(here.test));
    assert.is(await onCluster.train.count(), here.train.ratings.length);
  });
});

testSpark("ratings come back as they were sent, in one message or as pieces of Parquet", async () => {
  const whole = random(2);
  const staging = await mkdtemp(join(tmpdir(), "movielens-"));
  try {
    await onSpark(async (session) => {
      const inPieces = await sendRatings(session, whole, { staging, inline: 100 });
      for (const frame of [await sendRatings(session, whole), inPieces])
        assert.is(lines(await received(frame, whole)), lines(whole));
      const again = await sendRatings(session, random(3), { staging, inline: 100 });
      assert.is(
        lines(await received(again, random(3))),
        lines(random(3)),
        "a staging folder is written anew",
      );
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
});

testSpark("more ratings than one message holds are refused without a staging folder, with the way out", () =>
  onSpark(async (session) => {
    const error = await errorOf("SPARK_MESSAGE_TOO_LARGE", () =>
      sendRatings(session, random(2), { inline: 10 }),
    );
    assert.match(error.mend, "--staging");
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
    await onSpark(async (session) => {
      const movies = session.local({ movieId: Int32Array.of(1, 2) });
      const clean = cleanRatings(session, session.readCsv(path), movies, here.scale);
      assert.is(lines(await received(clean, here)), lines(here));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.run();
