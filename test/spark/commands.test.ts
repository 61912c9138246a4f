import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadModel, newestModel } from "@movielens/lib/deploy";
import { train } from "@movielens/lib/als";
import { chosenEngine, trainOnEngine } from "@movielens/lib/notebook";
import {
  filterRatings,
  loadDataset,
  projectPath,
  splitHash,
  writePublished,
  type Dataset,
} from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { same } from "../bi/compare";
import { random } from "../bi/datasets";
import { runCommand, type Outcome } from "../cli/run";
import { errorOf } from "../data/support";
import { temporaryFolder } from "../deploy/tiny-model";
import { remote, testSpark } from "./remote";

/** A built command, with the environment's Spark or without any. */
const command = (name: string, args: string[], address: string | undefined): Promise<Outcome> =>
  runCommand(name, args, undefined, { ...process.env, SPARK_REMOTE: address });

const question = ["top-movies", "--set", "limit=5", "--json"];

test("without SPARK_REMOTE the work is done here, and the command says so", async () => {
  const { err, code } = await command("olap", question, undefined);
  assert.is(code, 0, err);
  assert.match(err, "engine: local");
});

test("Spark is refused without an address, with the way to one; so are flags of the other engine", async () => {
  const { err, code } = await command("olap", [...question, "--engine", "spark"], undefined);
  assert.is(code, 1);
  assert.match(err, "SPARK_REMOTE");
  assert.match(err, "spark:up");
  const refused = await command("train", ["--refine", "2"], undefined);
  assert.is(refused.code, 1);
  assert.match(refused.err, "--refine has no meaning with --engine local");
  const there = await command("olap", [...question, "--ratings", "/there"], undefined);
  assert.is(there.code, 1);
  assert.match(there.err, "--ratings has no meaning with --engine local");
});

testSpark(
  "SPARK_REMOTE takes a question to Spark, which answers as is answered here; --engine local does not",
  async () => {
    const there = await command("olap", question, await remote());
    assert.is(there.code, 0, there.err);
    assert.match(there.err, /engine: Spark \d/);
    const here = await command("olap", [...question, "--engine", "local"], await remote());
    assert.match(here.err, "engine: local");
    assert.equal(
      (JSON.parse(there.out) as { title: string }[]).map(({ title }) => title),
      (JSON.parse(here.out) as { title: string }[]).map(({ title }) => title),
    );
  },
);

testSpark(
  "ratings that only Spark holds are trained on and asked about, with films from here, and the model is as any other",
  async () => {
    const folder = await temporaryFolder();
    try {
      const films = join(folder.path, "films");
      mkdirSync(films);
      const small = projectPath("data", "ml-latest-small");
      for (const file of ["movies.csv", "tags.csv"]) copyFileSync(join(small, file), join(films, file));
      const where = ["--data", films, "--ratings", join(small, "ratings.csv"), "--engine", "spark"];
      const size = ["--rank", "2", "--iterations", "1", "--no-lister"];
      const { err, code } = await command("train", [...where, ...size, "--out", folder.path], await remote());
      assert.is(code, 0, err);
      assert.match(err, "100,836 ratings of");
      assert.match(err, "factors by Spark ML");
      const { manifest, model } = await loadModel(await newestModel(folder.path));
      const { kind, users, data, metrics } = manifest;
      assert.equal([kind, users, manifest.ratings, data.name], ["explicit", 610, 100_836, "films"]);
      assert.ok(metrics.trainRmse > 0.5 && metrics.trainRmse < 1);
      assert.is(model.parts.ratings.columns.length, 100_836);
      const asked = await command("olap", [...question, ...where], await remote());
      assert.is(asked.code, 0, asked.err);
      const here = await command("olap", question, undefined);
      same(JSON.parse(asked.out), JSON.parse(here.out), "top-movies");
    } finally {
      await folder.remove();
    }
  },
);

/** A data set of few users and films, as published into the folder. */
async function writeFew(folder: string): Promise<Dataset> {
  const small = await loadDataset(projectPath("data", "ml-latest-small"));
  const few = filterRatings(small, ({ user, item }) => user < 60 && item < 2000);
  await writePublished(few, folder);
  return few;
}

interface Evaluated {
  rmse: number;
  ndcg: number;
  train: { name: string };
  test: { name: string };
  cold: { users: number; items: number; ratings: number; rmse: number };
}

/** What must be equal wherever it was counted, whatever the files were called. */
const sizesOf = ({ train, test, cold }: Evaluated): object[] => [
  { ...train, name: "" },
  { ...test, name: "" },
  { ...cold, rmse: 0 },
];

testSpark(
  "evaluate --engine spark splits, learns and measures there as evaluate does here, of files as of what only Spark holds",
  async () => {
    const folder = await temporaryFolder();
    try {
      const few = await writeFew(folder.path);
      const held = splitHash(few, { testShare: 0.3, seed: 7 });
      const parts = { train: join(folder.path, "train"), test: join(folder.path, "test") };
      await writePublished(held.train, parts.train);
      await writePublished(held.test, parts.test);
      const options = "--rank 2 --iterations 2 --lambda 1.5 --nu 0.5 --lambda-bias 1 --seed 7 --json".split(
        " ",
      );
      const evaluate = async (where: string[], address: string | undefined): Promise<Evaluated> => {
        const { out, err, code } = await command("evaluate", [...where, ...options], address);
        assert.is(code, 0, err);
        assert.match(err, address ? /engine: Spark \d/ : "engine: local");
        return JSON.parse(out) as Evaluated;
      };
      const share = ["--data", folder.path, "--test-share", "0.3"];
      const here = await evaluate([...share, "--seeds", "1", "--cofactor-weight", "0"], undefined);
      const ways = [
        [...share, "--ratings", join(folder.path, "ratings.csv")],
        ["--train", join(parts.train, "ratings.csv"), "--test", join(parts.test, "ratings.csv")],
      ];
      for (const way of ways) {
        const there = await evaluate([...way, "--engine", "spark"], await remote());
        assert.equal(sizesOf(there), sizesOf(here));
        for (const [measured, expected] of [
          [there.rmse, here.rmse],
          [there.cold.rmse, here.cold.rmse],
        ])
          assert.ok(Math.abs(measured / expected - 1) < 0.03, `${measured} there, ${expected} here`);
        assert.ok(there.ndcg > 0);
      }
      const tuned = await command("evaluate", [...ways[1], "--engine", "spark", "--tune"], await remote());
      assert.is(tuned.code, 1);
      assert.match(tuned.err, "Tune with --engine local");
    } finally {
      await folder.remove();
    }
  },
);

testSpark("bi:load has the documents with Spark's lists that it has with those made here", async () => {
  const folder = await temporaryFolder();
  try {
    await writeFew(folder.path);
    const models = join(folder.path, "models");
    const where = ["--data", folder.path, "--out", models, "--rank", "2", "--iterations", "1", "--no-lister"];
    assert.is((await command("train", where, undefined)).code, 0);
    const load = ["--data", folder.path, "--model", models, "--dry-run", "--json"];
    const here = await command("bi-load", load, undefined);
    assert.match(here.err, "engine: local");
    const there = await command("bi-load", load, await remote());
    assert.is(there.code, 0, there.err);
    assert.match(there.err, /spark: lists of all users/);
    const plan = JSON.parse(there.out) as { indices: Record<string, { documents: number }> };
    assert.is(plan.indices.recommendations.documents, 600);
    assert.equal(plan, JSON.parse(here.out));
  } finally {
    await folder.remove();
  }
});

/** Work with an address in SPARK_REMOTE, or without any, as it was before afterwards. */
async function withRemote<T>(address: string | undefined, work: () => Promise<T>): Promise<T> {
  const given = process.env.SPARK_REMOTE;
  const set = (value: string | undefined): void => {
    if (value === undefined) delete process.env.SPARK_REMOTE;
    else process.env.SPARK_REMOTE = value;
  };
  set(address);
  try {
    return await work();
  } finally {
    set(given);
  }
}

test("a notebook's engine is what its parameter says, and Spark only where there is an address", async () => {
  await withRemote(undefined, async () => {
    assert.is(chosenEngine("auto").remote, null);
    assert.match(chosenEngine("auto").where, "SPARK_REMOTE is not set");
    await errorOf("PARAMETER_INVALID", () => chosenEngine("spark"));
    await errorOf("PARAMETER_INVALID", () => chosenEngine("cluster"));
  });
  const address = "sc://host:15002/;token=secret;use_ssl=true";
  await withRemote(address, () => {
    assert.is(chosenEngine("local").remote, null);
    for (const engine of ["auto", "spark"]) {
      const { remote: chosen, where } = chosenEngine(engine);
      assert.is(chosen, address);
      assert.match(where, "Spark at host:15002");
      assert.not.match(where, "secret");
    }
    return Promise.resolve();
  });
});

test("a notebook trains here what Spark ML has not, and says why; where Spark is asked for, that is refused", async () => {
  const data = random(3);
  const options = { feedback: "explicit", rank: 2, iterations: 1, cofactorWeight: 0.5 } as const;
  const expected = await train(data, options);
  for (const address of [undefined, "sc://127.0.0.1:9"])
    await withRemote(address, async () => {
      const { model, says } = await trainOnEngine(data, options, "auto");
      assert.equal(model.parts.userFactors, expected.parts.userFactors);
      assert.match(
        says,
        address ? "since Spark ML's ALS does not have co-factors." : "SPARK_REMOTE is not set",
      );
    });
  await withRemote("sc://127.0.0.1:9", () =>
    errorOf("OPTION_INVALID", () => trainOnEngine(data, options, "spark")),
  );
});

testSpark("a notebook trains on Spark where its engine is Spark, and says how long it took", async () => {
  const data = random(3);
  const options = { feedback: "implicit", rank: 2, iterations: 2 } as const;
  const { model, says } = await withRemote(await remote(), () => trainOnEngine(data, options, "auto"));
  assert.match(says, /^Trained on Spark at 127\.0\.0\.1:\d+\. It took [\d.]+ s there, and [\d.]+ s here/);
  assert.is(model.users, data.userIds.length);
  assert.ok(model.parts.userFactors.every(Number.isFinite));
});

test.run();
