import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AlsModel, train, type TrainOptions } from "@movielens/lib/als";
import {
  filterRatings,
  loadDataset,
  projectPath,
  seededRandom,
  WorkspaceError,
  type Dataset,
} from "@movielens/lib/data";
import {
  askGoldenQueries,
  exportModel,
  GOLDEN_QUERIES,
  loadModel,
  promoteModel,
  promotionGate,
  promotionHistory,
  publishModel,
  readCurrent,
  readGoldenQueries,
  type GateCheckName,
  type GateOptions,
  type GateReport,
  type GoldenQuery,
  type LoadedModel,
} from "@movielens/lib/deploy";
import { trainLister } from "@movielens/lib/recommend";
import { toyDataset, type ToyRating } from "../toy-data";
import { temporaryFolder } from "./tiny-model";

let root: string;
let cleanUp: () => Promise<void>;
let registries = 0;

test.before(async () => {
  const folder = await temporaryFolder();
  root = folder.path;
  cleanUp = folder.remove;
});
test.after(() => cleanUp());

/**
 * 120 users of four tastes over 80 films, 20 of each taste: nearly all ratings are of the own taste. What is good for a
 * user can be learned, and popularity does not tell it.
 */
const fourTastes: Dataset = (() => {
  const random = seededRandom(5);
  const ratings: ToyRating[] = [];
  for (let user = 1; user <= 120; user++)
    for (let film = 1; film <= 80; film++) {
      const own = user % 4 === film % 4;
      if (random() < (own ? 0.6 : 0.05)) ratings.push([user, film, own ? 5 : 2, Math.floor(random() * 1e6)]);
    }
  return toyDataset(ratings);
})();
const film = (movieId: number): { movieId: number; title: string } => ({
  movieId,
  title: `Movie ${movieId}`,
});
const GOOD: TrainOptions = { feedback: "implicit", rank: 6, iterations: 8, lambda: 1, seed: 3 };
const BLIND: TrainOptions = { feedback: "implicit", rank: 1, iterations: 1, lambda: 1e6, seed: 3 };
const golden: GoldenQuery[] = [
  {
    name: "films of one taste are near",
    similarTo: film(1),
    n: 10,
    contains: [5, 9, 13].map(film),
    atLeast: 2,
  },
];
const gate: GateOptions = { golden, given: [1, 5], samples: 300 };

async function exported(
  options: TrainOptions,
  learnedFrom: Dataset = fourTastes,
  lister?: Parameters<typeof trainLister>[1],
): Promise<LoadedModel> {
  const model = await train(learnedFrom, options);
  const { folder } = await exportModel(model, {
    folder: join(root, `models-${registries++}`),
    dataset: learnedFrom,
    metrics: {},
    lister: lister && trainLister(learnedFrom, lister),
  });
  return loadModel(folder);
}

const failed = ({ checks }: GateReport): GateCheckName[] =>
  checks.filter(({ passed }) => !passed).map(({ name }) => name);
const numbersOf = ({ checks }: GateReport, name: GateCheckName): Record<string, number> =>
  checks.find((check) => check.name === name)!.numbers;

test("a candidate that ranks better passes every check, with the numbers", async () => {
  const report = await promotionGate(await exported(GOOD), await exported(BLIND), fourTastes, gate);
  assert.equal(failed(report), []);
  assert.ok(report.passed);
  assert.equal(
    report.checks.map(({ name }) => name),
    ["same data", "different", "holdout", "coverage", "cold start", "golden queries"],
  );
  const { value, currentValue, pValue, low } = numbersOf(report, "holdout");
  assert.ok(value > currentValue && low > 0 && pValue < 0.05);
  assert.is(report.holdout.newUsers, 24);
});

test("a candidate that ranks worse is refused, and the refusal says by which check", async () => {
  const report = await promotionGate(await exported(BLIND), await exported(GOOD), fourTastes, gate);
  assert.not(report.passed);
  assert.ok(failed(report).includes("holdout"));
  assert.match(
    report.checks.find(({ name }) => name === "holdout")!.says,
    /ndcg@10 0\.\d{4} against 0\.\d{4}, difference -0\.\d{4} \(.* p 0\.\d+\) over \d+ users; better with p < 0\.05 needed/,
  );
});

test("a version with a lister is judged by the lists of its lister", async () => {
  const [blind, listing] = [await exported(BLIND), await exported(BLIND, fourTastes, { lambda: 5 })];
  const better = await promotionGate(listing, blind, fourTastes, gate);
  assert.equal(failed(better), []);
  assert.match(better.checks[1].says, /other options than/);
  assert.ok(numbersOf(better, "holdout").value > numbersOf(better, "holdout").currentValue);
  const useless = await exported(BLIND, fourTastes, { lambda: 1e9, strongest: 1 });
  assert.ok(failed(await promotionGate(useless, listing, fourTastes, gate)).includes("holdout"));
});

test("the same recipe on the same ratings is refused without any training", async () => {
  const [candidate, current] = [await exported(GOOD), await exported(GOOD)];
  const stages: string[] = [];
  const report = await promotionGate(candidate, current, fourTastes, {
    ...gate,
    onProgress: (stage) => stages.push(stage),
  });
  assert.equal(failed(report), ["different"]);
  assert.equal(stages, []);
});

test("models of other ratings than those at hand are not compared", async () => {
  const other = toyDataset(
    Array.from({ length: 200 }, (_, k): ToyRating => [1 + (k % 20), 1 + Math.floor(k / 20), 1]),
  );
  const report = await promotionGate(await exported(GOOD, other), await exported(GOOD), fourTastes, gate);
  assert.equal(failed(report), ["same data"]);
  assert.ok(numbersOf(report, "same data").share < 0.9);
});

test("fresher ratings can win for the same options, since the current model is judged by what it had learned from", async () => {
  const half = filterRatings(fourTastes, ({ row }) => fourTastes.users[row] % 3 === 0);
  const report = await promotionGate(await exported(GOOD), await exported(GOOD, half), fourTastes, gate);
  assert.equal(failed(report), []);
  const { ratings, currentRatings } = numbersOf(report, "different");
  assert.is(ratings, fourTastes.ratings.length);
  assert.is(currentRatings, half.ratings.length);
});

test("a candidate that learned from little loses coverage, or new users, and is refused for it", async () => {
  const few = filterRatings(fourTastes, ({ row }) => fourTastes.users[row] < 6);
  const report = await promotionGate(await exported(GOOD, few), await exported(GOOD), fourTastes, gate);
  assert.ok(failed(report).includes("cold start"), failed(report).join());
  assert.ok(failed(report).includes("coverage"), failed(report).join());
  const cold = numbersOf(report, "cold start");
  assert.ok(cold["given 1"] < 0.9 * cold["given 1, current"]);
});

test("nothing is measured with factors that have met the held-out ratings", async () => {
  const [candidate, current] = [await exported(GOOD), await exported(BLIND)];
  const honest = await promotionGate(candidate, current, fourTastes, gate);
  // The exported factors know every rating. Were they used, these would change the figures.
  const { parts } = candidate.model;
  const itemFactors = parts.itemFactors.map((value, at) => (at % 2 === 0 ? -value : value));
  const altered = { ...candidate, model: new AlsModel({ ...parts, itemFactors }) };
  const again = await promotionGate(altered, current, fourTastes, gate);
  for (const name of ["holdout", "coverage", "cold start"] as const)
    assert.equal(numbersOf(again, name), numbersOf(honest, name));
});

test("a golden query that fails refuses a better candidate, and so do queries that cannot be asked", async () => {
  const [candidate, current] = [await exported(GOOD), await exported(BLIND)];
  const wrong = { ...golden[0], name: "two tastes are one", contains: [2, 3, 4].map(film) };
  const refused = await promotionGate(candidate, current, fourTastes, {
    ...gate,
    golden: [...golden, wrong],
  });
  assert.equal(failed(refused), ["golden queries"]);
  assert.match(refused.checks.at(-1)!.says, /1 passed, 1 failed.*“two tastes are one” has 0 of Movie 2/);
  const foreign = { ...golden[0], similarTo: { movieId: 1, title: "Toy Story (1995)" } };
  const unasked = await promotionGate(candidate, current, fourTastes, { ...gate, golden: [foreign] });
  assert.equal(failed(unasked), ["golden queries"]);
  assert.is(unasked.golden[0].verdict, "not asked");
});

test("a golden query about a visitor sees the list that a server would give, and what it must lack", async () => {
  const loaded = await exported(GOOD);
  const visitor = [1, 5].map((movieId) => ({ ...film(movieId), rating: 5 }));
  const asked = (query: Partial<GoldenQuery>): string =>
    askGoldenQueries(loaded, [{ name: "q", visitor, n: 10, contains: [], atLeast: 0, ...query }])[0].verdict;
  const ofTaste = Array.from({ length: 18 }, (_, k) => film(9 + 4 * k));
  assert.is(asked({ contains: ofTaste, atLeast: 8 }), "passed");
  assert.is(asked({ lacks: visitor }), "passed");
  assert.is(asked({ lacks: ofTaste }), "failed");
});

test("the first model becomes current; a better one passes, a worse one stays aside until it is forced with a reason", async () => {
  const models = join(root, `models-${registries++}`);
  const publish = async (options: TrainOptions) =>
    publishModel(await train(fourTastes, options), {
      folder: models,
      dataset: fourTastes,
      metrics: {},
      promote: { gate },
    });
  const first = await publish(BLIND);
  assert.ok(first.promoted);
  assert.is(first.report, null);
  assert.match(first.says, /is the first model/);
  const better = await publish(GOOD);
  assert.ok(better.promoted, better.says);
  assert.ok(better.report!.passed);
  const worse = await publish({ ...BLIND, seed: 4 });
  assert.not(worse.promoted);
  assert.match(worse.says, /not promoted, .* stays current\. holdout: ndcg@10/);
  assert.is((await readCurrent(models))!.version, better.version);
  try {
    await promoteModel(models, worse.version, { force: " " });
    assert.unreachable();
  } catch (error) {
    assert.is((error as WorkspaceError).code, "OPTION_INVALID");
  }
  await promoteModel(models, worse.version, { force: "a trial" });
  const history = await promotionHistory(models);
  assert.equal(
    history.map(({ action, version, reason }) => [action, version, reason]),
    [
      ["first", first.version, null],
      ["gate", better.version, null],
      ["force", worse.version, "a trial"],
    ],
  );
  assert.equal(history[1].gate, JSON.parse(JSON.stringify(better.report)));
});

test("a model that is kept aside is exported and waits, unless it is the first", async () => {
  const models = join(root, `models-${registries++}`);
  const publish = async (options: TrainOptions) =>
    publishModel(await train(fourTastes, options), {
      folder: models,
      dataset: fourTastes,
      metrics: {},
      promote: "keep aside",
    });
  const first = await publish(BLIND);
  const second = await publish(GOOD);
  assert.equal([first.promoted, second.promoted], [true, false]);
  assert.is((await readCurrent(models))!.version, first.version);
  await loadModel(second.folder);
});

test("the project's golden queries all apply to ml-latest-small, and the default models pass them", async () => {
  const dataset = await loadDataset(projectPath("data", "ml-latest-small"));
  const queries = readGoldenQueries(GOLDEN_QUERIES);
  for (const feedback of ["implicit", "explicit"] as const) {
    const answers = askGoldenQueries(await exported({ feedback }, dataset), queries);
    assert.equal(
      answers.filter(({ verdict }) => verdict !== "passed"),
      [],
      feedback,
    );
  }
});

test("a file of golden queries that is none is refused by name", async () => {
  const folder = join(root, "golden");
  await mkdir(folder);
  for (const [text, code, says] of [
    ["{", "DATA_INVALID", /is not JSON/],
    ["{}", "DATA_INVALID", /is not a list/],
    [
      JSON.stringify([{ ...golden[0], atLeast: 9 }]),
      "DATA_INVALID",
      /query 1 \("films of one taste are near"\)/,
    ],
    [JSON.stringify([{ ...golden[0], visitor: [] }]), "DATA_INVALID", /either similarTo or visitor/],
    [null, "DATA_MISSING", /cannot be read/],
  ] as const) {
    const path = join(folder, text === null ? "absent.json" : "golden.json");
    if (text !== null) await writeFile(path, text);
    try {
      readGoldenQueries(path);
      assert.unreachable(String(says));
    } catch (error) {
      assert.is((error as WorkspaceError).code, code);
      assert.match((error as WorkspaceError).message, says);
    }
  }
});

test.run();
