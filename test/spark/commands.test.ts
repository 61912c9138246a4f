import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { loadModel, newestModel } from "@movielens/lib/deploy";
import { chosenEngine } from "@movielens/lib/notebook";
import { projectPath } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf } from "../data/support";
import { temporaryFolder } from "../deploy/tiny-model";
import { remote, testSpark } from "./remote";

/** A built command, with the environment's Spark or without any. */
async function command(
  name: string,
  args: string[],
  address: string | undefined,
): Promise<{ out: string; err: string; code: number }> {
  const env = { ...process.env };
  delete env.SPARK_REMOTE;
  if (address) env.SPARK_REMOTE = address;
  const file = projectPath("lib", "dist", "cli", `${name}.js`);
  return promisify(execFile)(process.execPath, [file, ...args], { env }).then(
    ({ stdout, stderr }) => ({ out: stdout, err: stderr, code: 0 }),
    ({ stdout, stderr, code }: { stdout: string; stderr: string; code: number }) => ({
      out: stdout,
      err: stderr,
      code,
    }),
  );
}

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

testSpark("train --engine spark exports a model as any other", async () => {
  const folder = await temporaryFolder();
  try {
    const flags = ["--engine", "spark", "--rank", "2", "--iterations", "1", "--no-lister"];
    const { err, code } = await command("train", [...flags, "--out", folder.path], await remote());
    assert.is(code, 0, err);
    assert.match(err, "factors by Spark ML");
    const { manifest } = await loadModel(await newestModel(folder.path));
    assert.equal([manifest.kind, manifest.users, manifest.ratings], ["explicit", 610, 100_836]);
    assert.ok(manifest.metrics.trainRmse > 0.5 && manifest.metrics.trainRmse < 1);
  } finally {
    await folder.remove();
  }
});

test("a notebook's engine is what its parameter says, and Spark only where there is an address", async () => {
  const given = process.env.SPARK_REMOTE;
  try {
    delete process.env.SPARK_REMOTE;
    assert.is(chosenEngine("auto").remote, null);
    assert.match(chosenEngine("auto").says, "SPARK_REMOTE is not set");
    await errorOf("PARAMETER_INVALID", () => chosenEngine("spark"));
    await errorOf("PARAMETER_INVALID", () => chosenEngine("cluster"));
    process.env.SPARK_REMOTE = "sc://host:15002/;token=secret;use_ssl=true";
    assert.is(chosenEngine("local").remote, null);
    for (const engine of ["auto", "spark"]) {
      const { remote: chosen, says } = chosenEngine(engine);
      assert.is(chosen, process.env.SPARK_REMOTE);
      assert.match(says, "Spark at host:15002");
      assert.not.match(says, "secret");
    }
  } finally {
    if (given === undefined) delete process.env.SPARK_REMOTE;
    else process.env.SPARK_REMOTE = given;
  }
});

test.run();
