import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { remote, testSpark } from "./remote";

const RATINGS = 5_000_000;

/**
 * In a process of its own, whose memory is nothing but this: five million ratings of Spark become a data set, and Spark
 * learns from them. Without biases, which take Spark a minute, and their user and film no memory to speak of.
 */
const run = `
  const { receiveRatings, trainOnSpark, withSpark } = require("@movielens/lib/spark");
  withSpark(process.env.SPARK_REMOTE, async (session) => {
    const ratings = await session.keep(session.sql(
      \`SELECT CAST(id DIV 40 AS INT) AS userId, CAST(id % 40 * 700 AS INT) AS movieId,
         CAST(0.5 + id % 10 / 2 AS FLOAT) AS rating, 1000000000 + id AS timestamp FROM range(${RATINGS})\`));
    const about = { name: "made on Spark", movies: new Map(), tags: [], demographics: new Map(),
      scale: { min: 0.5, max: 5, step: 0.5 }, hash: "" };
    const dataset = await receiveRatings(session, ratings, about);
    const options = { feedback: "implicit", rank: 8, iterations: 1 };
    const { model } = await trainOnSpark(session, dataset, options, { ratings, refine: 0 });
    const stars = dataset.ratings.reduce((sum, rating) => sum + rating, 0);
    console.log(JSON.stringify({ ratings: dataset.ratings.length, users: dataset.userIds.length,
      items: dataset.itemIds.length, learned: model.parts.userFactors.length, mean: stars / dataset.ratings.length,
      mebibytes: process.resourceUsage().maxRSS / 1024 }));
  });`;

testSpark(
  "Spark trains on five million ratings of its own, and the client takes less than 300 MiB",
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", run], {
      cwd: __dirname,
      env: { ...process.env, SPARK_REMOTE: await remote() },
    });
    const { mebibytes, ...found } = JSON.parse(stdout) as Record<string, number>;
    assert.equal(found, {
      ratings: RATINGS,
      users: RATINGS / 40,
      items: 40,
      learned: RATINGS / 5,
      mean: 2.75,
    });
    assert.ok(mebibytes < 300, `${mebibytes} MiB`);
  },
);

test.run();
