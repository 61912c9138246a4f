import {
  findingBundle,
  metricBundle,
  notebookParameters,
  provenanceBundle,
  recordMetric,
  showTable,
} from "@movielens/lib/notebook";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const throwsCode = (work: () => unknown, code: string, pattern: RegExp): void =>
  assert.throws(
    work,
    (error: { code: string; message: string }) => error.code === code && pattern.test(error.message),
  );

test("a metric is recorded at full precision and shown in one line", () => {
  const { data, metadata } = metricBundle("rmse", 0.8712345, { unit: "stars" });
  assert.equal(data["application/vnd.movielens.metric+json"], {
    name: "rmse",
    value: 0.8712345,
    unit: "stars",
    description: null,
  });
  assert.is(data["text/plain"], "rmse: 0.8712 stars");
  assert.equal(metadata, { movielens: { kind: "metric" } });
});

test("a share is recorded from 0 to 1 and shown in per cent", () => {
  const { data } = metricBundle("coverage", 0.0512, { unit: "share" });
  assert.is((data["application/vnd.movielens.metric+json"] as { value: number }).value, 0.0512);
  assert.is(data["text/plain"], "coverage: 5.1 %");
});

test("a metric that is not finite is refused by name", () => {
  throwsCode(() => metricBundle("rmse", NaN), "METRIC_INVALID", /“rmse” is NaN/);
  throwsCode(() => recordMetric("rmse", Infinity), "METRIC_INVALID", /Infinity/);
});

test("a finding is Markdown, and one that says NaN or undefined is refused", () => {
  assert.equal(findingBundle("**Drama** leads.").data, {
    "text/markdown": "**Drama** leads.",
    "text/plain": "**Drama** leads.",
  });
  throwsCode(() => findingBundle(`RMSE is ${NaN}`), "METRIC_INVALID", /NaN/);
  throwsCode(() => findingBundle(`Most: ${undefined}`), "METRIC_INVALID", /undefined/);
});

test("provenance names data, parameters, seed and versions", () => {
  const { version } = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "lib", "package.json"), "utf8"),
  ) as { version: string };
  const { data } = provenanceBundle({
    dataName: "ml-latest-small",
    dataHash: "<abc>",
    parameters: { rank: 32 },
    seed: 42,
    engine: "wasm",
  });
  assert.equal(data["application/vnd.movielens.provenance+json"], {
    dataName: "ml-latest-small",
    dataHash: "<abc>",
    libraryVersion: version,
    nodeVersion: process.versions.node,
    parameters: { rank: 32 },
    seed: 42,
    engine: "wasm",
  });
  assert.match(data["text/html"] as string, /&#60;abc&#62;/);
  assert.match(data["text/plain"] as string, /rank: 32/);
});

test("outside a kernel nothing is shown and nothing fails", () => {
  showTable([{ a: 1 }], { caption: "c" });
  recordMetric("m", 1);
});

test("in a kernel that is not the project's tslab an output is refused instead of lost", () => {
  const global = globalThis as { __tslab__?: object };
  global.__tslab__ = {};
  try {
    throwsCode(() => recordMetric("m", 1), "KERNEL_UNSUPPORTED", /not the project's own/);
  } finally {
    delete global.__tslab__;
  }
});

function withEnvironment<T>(variables: Record<string, string>, work: () => T): T {
  Object.assign(process.env, variables);
  try {
    return work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

const defaults = { testShare: 0.2, seed: 42, fast: false, data: "data/small", folder: null };

test("parameters without overrides are the defaults", () => {
  assert.equal(notebookParameters(defaults), defaults);
});

test("the environment overrides a parameter, in the type of its default", () => {
  const variables = {
    MOVIELENS_TEST_SHARE: "0.1",
    MOVIELENS_FAST: "true",
    MOVIELENS_DATA: "7",
    MOVIELENS_FOLDER: "models/x",
  };
  assert.equal(
    withEnvironment(variables, () => notebookParameters(defaults)),
    { testShare: 0.1, seed: 42, fast: true, data: "7", folder: "models/x" },
  );
  assert.is(
    withEnvironment({ MOVIELENS_FOLDER: "null" }, () => notebookParameters(defaults).folder),
    null,
  );
});

test("an override of the wrong type is refused by the variable's name", () => {
  for (const [name, value] of [
    ["MOVIELENS_SEED", "many"],
    ["MOVIELENS_SEED", ""],
    ["MOVIELENS_FAST", "yes"],
  ])
    withEnvironment({ [name]: value }, () =>
      throwsCode(() => notebookParameters(defaults), "PARAMETER_INVALID", new RegExp(name)),
    );
});

test.run();
