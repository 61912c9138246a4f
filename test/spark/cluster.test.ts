import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runningCluster } from "@movielens/lib/cli/spark-cluster";
import { writePublished } from "@movielens/lib/data";
import { loadModel, newestModel } from "@movielens/lib/deploy";
import {
  withSpark,
  type Frame,
  type Parameters,
  type SparkProgress,
  type SparkSession,
} from "@movielens/lib/spark";
import { random } from "../bi/datasets";
import { runCommand, type Outcome } from "../cli/run";
import { errorOf } from "../data/support";
import { temporaryFolder } from "../deploy/tiny-model";
import { MESSAGE_BYTES, STREAM_SECONDS, TestCluster, testsWithSpark } from "./cluster";

const ALS = "org.apache.spark.ml.recommendation.ALS";

/** As goldens/als.py writes it. */
interface Goldens {
  ratings: [number, number, number][];
  models: Record<
    string,
    { parameters: Parameters; userFactors: Record<string, number[]>; itemFactors: Record<string, number[]> }
  >;
}
const goldens = JSON.parse(readFileSync(join(__dirname, "goldens", "als.json"), "utf8")) as Goldens;

const testSpark = testsWithSpark();

/** The goldens' ratings, as the file that they were learned from. */
async function goldenRatings(session: SparkSession): Promise<Frame> {
  const file = (await TestCluster.start()).path("golden.csv");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `user,item,rating\n${goldens.ratings.map((row) => `${row.join(",")}\n`).join("")}`);
  return session.readCsv(file, { schema: "user INT, item INT, rating FLOAT" });
}

/** Rows that take their time, one after the other, in two tasks. */
const slowly = (session: SparkSession, rows: number, milliseconds: number): Frame =>
  session.sql(
    `SELECT id, reflect('java.lang.Thread', 'sleep', ${milliseconds}L) IS NULL AS slept FROM range(0, ${rows}, 1, 2)`,
  );

testSpark("SQL is answered with parameters of every type, bound and not pasted", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    const [row] = await session
      .sql(
        `SELECT :text AS text, :whole + 1 AS whole, :big AS big, :part AS part, :yes AS yes, :none AS none,
                array_contains(:list, 3) AS found, CAST(1.25 AS DECIMAL(30, 2)) AS money, typeof(:whole) AS type,
                DATE'2020-01-02' AS day, TIMESTAMP'2020-01-02 03:04:05.678' AS moment,
                named_struct('a', array('x', NULL), 'b', map('k', 2L)) AS nested`,
        {
          text: "'; DROP TABLE x --",
          whole: 41,
          big: 2 ** 40,
          part: 0.1,
          yes: true,
          none: null,
          list: [1, 3],
        },
      )
      .collect();
    assert.equal(row, {
      text: "'; DROP TABLE x --",
      whole: 42,
      big: 2 ** 40,
      part: 0.1,
      yes: true,
      none: null,
      found: true,
      money: 1.25,
      type: "int",
      day: Date.UTC(2020, 0, 2),
      moment: row.moment,
      nested: { a: ["x", null], b: { k: 2 } },
    });
    assert.is(new Date(row.moment as number).getMilliseconds(), 678);
    const huge = session.sql("SELECT 9007199254740993 AS n").collect();
    assert.match((await errorOf("DATA_INVALID", () => huge)).message, "9007199254740993");
  });
});

testSpark("columns go to Spark and come back, join what is there, and become views", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    const users = session.local({
      user: Int32Array.of(1, 2, 3),
      name: ["Ada", "Grace", "Édith"],
      weight: Float32Array.of(0.5, 1, 2.25),
      at: BigInt64Array.of(1n, 2n, 2n ** 40n),
    });
    assert.equal(await users.schema(), [
      { name: "user", type: "int" },
      { name: "name", type: "string" },
      { name: "weight", type: "float" },
      { name: "at", type: "bigint" },
    ]);
    const twice = session.sql(
      "SELECT a.user, b.name FROM users a JOIN users b ON a.user = b.user + :by",
      { by: 1 },
      { users },
    );
    const rows = await twice.collect();
    assert.equal(
      rows.sort((a, b) => Number(a.user) - Number(b.user)),
      [
        { user: 2, name: "Ada" },
        { user: 3, name: "Grace" },
      ],
    );
    await users.createView("people");
    assert.is(await session.table("people").count(), 3);
    for await (const batch of session.sql("SELECT * FROM people WHERE user = 3").batches())
      if (batch.length > 0) {
        assert.equal([...batch.numbers("at")], [2n ** 40n]);
        assert.equal([...batch.numbers("weight")], [2.25]);
        assert.equal(batch.texts("name"), ["Édith"]);
        assert.throws(() => batch.numbers("name"), /not of numbers/);
        assert.throws(() => batch.numbers("nmae"), /there are: user, name, weight, at/);
      }
  });
  await cluster.session(async (another) => {
    const error = await errorOf("SPARK_FAILED", () => another.table("people").count());
    assert.is(error.spark?.errorClass, "TABLE_OR_VIEW_NOT_FOUND");
  });
});

testSpark(
  "Parquet and CSV are written and read by path, and what is there is not replaced unasked",
  async () => {
    const cluster = await TestCluster.start();
    await cluster.session(async (session) => {
      const frame = session.local({ user: Int32Array.of(1, 1, 2), title: ["a, b", 'say "c"', "é"] });
      const [parquet, csv] = [cluster.path("films.parquet"), cluster.path("films.csv")];
      await frame.writeParquet(parquet, { partitionBy: ["user"], options: { compression: "zstd" } });
      assert.ok(existsSync(join(parquet, "user=2")));
      assert.is(await session.readParquet(parquet).count(), 3);
      const error = await errorOf("SPARK_FAILED", () => frame.writeParquet(parquet));
      assert.is(error.spark?.errorClass, "PATH_ALREADY_EXISTS");
      await frame.writeParquet(parquet, { ifExists: "append", partitionBy: ["user"] });
      assert.is(await session.readParquet(parquet).count(), 6);
      await frame.writeCsv(csv, { options: { quoteAll: "true", escape: '"' } });
      const back = session.readCsv(csv, { schema: "user INT, title STRING", options: { escape: '"' } });
      const titles = (await back.collect()).map(({ title }) => title);
      assert.equal(titles.sort(), ["a, b", 'say "c"', "é"].sort());
      const missing = await errorOf("SPARK_FAILED", () =>
        session.readParquet(cluster.path("nowhere")).count(),
      );
      assert.equal(missing.spark, { errorClass: "PATH_NOT_FOUND", sqlState: "42K03" });
    });
  },
);

testSpark("errors have Spark's class and SQLSTATE, while planning and while running", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    for (const [query, errorClass, sqlState] of [
      ["SELEKT 1", "PARSE_SYNTAX_ERROR", "42601"],
      ["SELECT nope FROM range(3)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"],
      ["SELECT 1 / (id - 2) FROM range(5)", "DIVIDE_BY_ZERO", "22012"],
      ["SELECT CAST(concat('x', id) AS INT) FROM range(5)", "CAST_INVALID_INPUT", "22018"],
    ]) {
      const error = await errorOf("SPARK_FAILED", () => session.sql(query).collect());
      assert.equal(error.spark, { errorClass, sqlState }, query);
      assert.match(error.message, errorClass);
    }
    assert.equal(await session.sql("SELECT 1 AS one").collect(), [{ one: 1 }], "the session lives on");
  });
});

testSpark("statements run at once, and settings hold for the session", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    await session.run("CREATE TEMPORARY VIEW few AS SELECT id FROM range(4)");
    const answer = await session.run("SELECT count(*) AS n FROM few WHERE id >= :from", { from: 1 });
    assert.equal(await answer.collect(), [{ n: 3 }]);
    await session.setConf({ "spark.sql.ansi.enabled": "false" });
    assert.is(await session.conf("spark.sql.ansi.enabled"), "false");
    assert.is(await session.conf("spark.nothing.of.that.name"), null);
    assert.equal(await session.sql("SELECT 1 / 0 AS q").collect(), [{ q: null }]);
    const kept = await session.sql("SELECT id * 2 AS twice FROM range(5)").persist();
    assert.match(await kept.explain(), "InMemoryTableScan");
    assert.is((await kept.collect()).length, 5);
    await kept.unpersist();
    assert.not.match(await kept.explain(), "InMemoryTableScan");
  });
});

testSpark(
  "a table that is kept has the same rows every time, however it was made, until it is forgotten",
  async () => {
    const cluster = await TestCluster.start();
    await cluster.session(async (session) => {
      const drawn = session.sql("SELECT id, rand() AS chance FROM range(20)");
      const byId = async (frame: Frame): Promise<unknown[]> =>
        (await frame.collect()).sort((a, b) => Number(a.id) - Number(b.id));
      assert.not.equal(await byId(drawn), await byId(drawn), "not kept, it is drawn anew");
      const kept = await session.keep(drawn);
      assert.equal(await byId(kept), await byId(kept));
      assert.is((await byId(kept)).length, 20);
      // Not the one above: the server remembers plans that it has answered.
      const another = await session.keep(drawn);
      await another.forget();
      await errorOf("SPARK_FAILED", () => another.collect());
    });
  },
);

for (const [name, golden] of Object.entries(goldens.models))
  testSpark(`ALS (${name}) learns the factors that PySpark's own learns`, async () => {
    const cluster = await TestCluster.start();
    await cluster.session(async (session) => {
      const told: SparkProgress[] = [];
      const model = await session.fit(ALS, golden.parameters, await goldenRatings(session), {
        onProgress: (progress) => told.push(progress),
      });
      assert.is(await model.attribute("rank"), 4);
      for (const side of ["userFactors", "itemFactors"] as const) {
        let seen = 0;
        for await (const batch of model.frame(side).batches()) {
          if (batch.length === 0) continue;
          const ids = batch.numbers("id");
          const { values, width } = batch.vectors("features");
          assert.is(width, 4);
          for (let row = 0; row < batch.length; row++, seen++)
            golden[side][String(ids[row])].forEach((expected, k) => {
              const got = values[row * width + k];
              assert.ok(Math.abs(got - expected) < 1e-5, `${side} of ${ids[row]}: ${got}, not ${expected}`);
            });
        }
        assert.is(seen, Object.keys(golden[side]).length);
      }
      await model.delete();
      await errorOf("SPARK_FAILED", () => model.attribute("rank"));
    });
  });

testSpark("a model predicts, recommends, is measured, saved, loaded and takes some memory", async () => {
  const cluster = await TestCluster.start();
  const path = cluster.path("model");
  await cluster.session(async (session) => {
    const ratings = await goldenRatings(session);
    const parameters = { ...goldens.models.explicit.parameters, maxIter: 2, coldStartStrategy: "drop" };
    const model = await session.fit(ALS, parameters, ratings);
    const measure = (predictions: Frame): Promise<number> =>
      session.evaluate(
        "org.apache.spark.ml.evaluation.RegressionEvaluator",
        { metricName: "rmse", labelCol: "rating", predictionCol: "prediction" },
        predictions,
      );
    const rmse = await measure(model.transform(ratings));
    assert.ok(rmse > 0 && rmse < 1.5, String(rmse));
    assert.ok((await model.size()) > 0);
    await model.save(path);
    await errorOf("SPARK_FAILED", () => model.save(path));
    await model.save(path, { overwrite: true });
    const loaded = await session.loadModel(`${ALS}Model`, path);
    assert.is(await measure(loaded.transform(ratings)), rmse);
    const some = session.local({ user: Int32Array.of(3, 5) });
    const lists = await loaded.frame("recommendForUserSubset", some, 2).collect();
    assert.equal(lists.map(({ user }) => user).sort(), [3, 5]);
    for (const { recommendations } of lists) {
      const films = recommendations as { item: number; rating: number }[];
      assert.is(films.length, 2);
      assert.ok(films[0].rating >= films[1].rating);
    }
    const cold = session.local({ user: Int32Array.of(3, 99), item: Int32Array.of(1, 1) });
    assert.is(await model.transform(cold).count(), 1, "unknown users are dropped, as asked");
  });
  await errorOf("SPARK_FAILED", () =>
    cluster.session((session) =>
      session.fit("org.example.Nothing", {}, session.local({ a: Int32Array.of(1) })),
    ),
  );
});

testSpark("an answer that takes longer than the server keeps a stream arrives whole", async () => {
  const cluster = await TestCluster.start();
  const ends = (): number => cluster.log("server").split("Deadline reached, shutting down stream").length - 1;
  await cluster.session(async (session) => {
    const before = ends();
    const ids: unknown[] = [];
    const milliseconds = (STREAM_SECONDS * 1000 * 2) / 5;
    for await (const row of slowly(session, 12, milliseconds).rows()) ids.push(row.id);
    assert.equal(
      ids,
      Array.from({ length: 12 }, (_, id) => id),
    );
    assert.ok(ends() - before >= 2, "the server has ended the stream twice and more");
  });
});

testSpark("a large answer comes batch by batch", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    let [rows, batches, sum, largest] = [0, 0, 0, 0];
    for await (const batch of session.sql("SELECT id, id * 0.5D AS half FROM range(300000)").batches()) {
      const halves = batch.numbers("half") as Float64Array;
      for (let row = 0; row < halves.length; row++) sum += halves[row];
      rows += batch.length;
      largest = Math.max(largest, batch.length);
      batches++;
    }
    assert.is(rows, 300_000);
    assert.is(sum, (299_999 * 300_000) / 4);
    assert.ok(batches >= 10 && largest <= 50_000, `${batches} batches of ${largest} rows at most`);
    const all = session.sql("SELECT id FROM range(100001)").collect();
    assert.match((await errorOf("OPTION_INVALID", () => all)).message, "more than 100000 rows");
  });
});

testSpark("an aborted query stops running on the cluster", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    const abort = new AbortController();
    let running = 0;
    const query = slowly(session, 4, 600_000).collect({
      signal: abort.signal,
      onProgress: (progress) => {
        running = progress.running;
        if (running > 0) abort.abort();
      },
    });
    await errorOf("SPARK_ABORTED", () => query);
    assert.ok(running > 0, "it ran");
    // Its tasks would keep both cores for twenty minutes.
    assert.is(await session.sql("SELECT id FROM range(0, 100, 1, 2)").count(), 100);
    const another = slowly(session, 4, 600_000).collect();
    while ((await session.interrupt()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await errorOf("SPARK_ABORTED", () => another);
  });
});

testSpark("a token that is wrong, or missing, is refused", async () => {
  const { running } = await TestCluster.start();
  for (const parameters of ["", "/;token=guessed"]) {
    const guess = withSpark(`${running.remote}${parameters}`, (session) => session.conf("spark.app.name"));
    assert.match((await errorOf("SPARK_REFUSED", () => guess)).mend, "token=");
  }
});

testSpark("data that is larger than a message may be is refused with a way out", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    const large = session.local({ id: new Float64Array(MESSAGE_BYTES / 8) });
    assert.match((await errorOf("SPARK_MESSAGE_TOO_LARGE", () => large.count())).mend, "Parquet");
    const well = session.local({ id: new Float64Array(MESSAGE_BYTES / 16) });
    assert.is(await well.count(), MESSAGE_BYTES / 16);
  });
});

testSpark("rows that were written down for a session are removed some time after it has ended", async () => {
  const cluster = await TestCluster.start();
  const written = (): string[] =>
    readdirSync(join(cluster.folder, "checkpoints"), { recursive: true })
      .map(String)
      .filter((file) => /\/part-\d+$/.test(file));
  const before = new Set(written());
  const left = (): string[] => written().filter((file) => !before.has(file));
  await cluster.session(async (session) => {
    const kept = await session.sql("SELECT id, rand() AS drawn FROM range(20)").checkpoint();
    assert.is((await kept.collect()).length, 20);
    assert.is.not(left().length, 0);
    await kept.forget();
  });
  for (let tries = 0; left().length > 0 && tries < 120; tries++)
    await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(left(), []);
});

testSpark("a training goes on and finishes when a worker dies in the middle of it", async () => {
  const cluster = await TestCluster.start();
  await cluster.session(async (session) => {
    const golden = goldens.models.explicit;
    let killed = false;
    const model = await session.fit(ALS, golden.parameters, await goldenRatings(session), {
      onProgress: ({ tasksDone }) => {
        if (killed || tasksDone < 5) return;
        killed = true;
        cluster.killWorker(0);
      },
    });
    assert.ok(killed, "the worker died while tasks ran");
    assert.match(
      cluster.log("server"),
      "Lost executor",
      "and its loss was noticed before the training ended",
    );
    const { message } = await errorOf("SERVER_UNAVAILABLE", () => runningCluster(cluster.folder));
    assert.match(message, "1 of its 2 workers ended");
    for await (const batch of model.frame("userFactors").batches())
      for (let row = 0; row < batch.length; row++) {
        const { values, width } = batch.vectors("features");
        golden.userFactors[String(batch.numbers("id")[row])].forEach((expected, k) =>
          assert.ok(Math.abs(values[row * width + k] - expected) < 1e-5),
        );
      }
  });
});

testSpark(
  "when the server dies, a training ends with a typed error and a command leaves no half a model; both run again on another server",
  async () => {
    const before = await TestCluster.start();
    const folder = await temporaryFolder();
    try {
      await writePublished(random(3), folder.path);
      const models = join(folder.path, "models");
      const trainTo = (
        address: string,
        iterations: number,
        onErr?: (err: string) => void,
      ): Promise<Outcome> =>
        runCommand(
          "train",
          ["--data", folder.path, "--out", models, "--rank", "2", "--iterations", String(iterations)],
          onErr,
          { ...process.env, SPARK_REMOTE: address },
        );
      const fit = (session: SparkSession, onProgress?: (progress: SparkProgress) => void): Promise<unknown> =>
        goldenRatings(session).then((ratings) =>
          session.fit(ALS, goldens.models.explicit.parameters, ratings, { onProgress }),
        );
      let learning = (): void => undefined;
      const begun = new Promise<void>((resolve) => (learning = resolve));
      const command = trainTo(before.remote, 10_000, (err) => {
        if (err.includes("biases by SQL: done")) learning();
      });
      await Promise.race([begun, command]);
      const kills: Promise<void>[] = [];
      const kill = (): void => {
        if (kills.length === 0) kills.push(TestCluster.kill());
      };
      const dying = withSpark(before.remote, (session) => fit(session, kill), { patience: 1 });
      await errorOf("SPARK_UNREACHABLE", () => dying);
      assert.is(kills.length, 1);
      await Promise.all(kills);
      const after = await TestCluster.start();
      await after.session((session) => fit(session));
      const { code, err } = await command;
      assert.is(code, 1, err);
      assert.match(err, "SPARK_UNREACHABLE");
      assert.not(existsSync(models), "nothing of a model is there");
      const again = await trainTo(after.remote, 1);
      assert.is(again.code, 0, again.err);
      assert.is((await loadModel(await newestModel(models))).manifest.ratings, random(3).ratings.length);
    } finally {
      await folder.remove();
    }
  },
);

test.run();
