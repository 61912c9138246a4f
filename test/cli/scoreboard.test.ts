import { test } from "uvu";
import * as assert from "uvu/assert";
import { runCommand } from "./run";

interface Printed {
  protocol: string;
  folds: number;
  rows: {
    model: string;
    rmse: { value: number; low: number; high: number } | null;
    ndcg: { value: number };
  }[];
}

const few = ["--models", "popularity", "damped biases", "EASE", "--seed", "7"];

test("one table: models in lines, every figure with half the width of its interval", async () => {
  const { code, out, err } = await runCommand("scoreboard", ["--quick", ...few]);
  assert.is(code, 0, err);
  const [head, ...lines] = out.trim().split("\n");
  assert.match(
    head,
    /model +RMSE +MAE +precision@10 +recall@10 +nDCG@10 +MAP@10 +coverage +novelty, bits +train s +score µs +MB/,
  );
  assert.equal(
    lines.map((line) => line.split(/ {2,}/)[0]),
    ["damped biases", "popularity", "EASE"],
  );
  assert.match(lines[0], /0\.8\d{3} ±0\.\d{4}/);
  assert.match(err, /fold 1 of 1 {2}EASE: training/);
});

test("--json has every measure with its interval, and nothing else is on stdout", async () => {
  const { code, out } = await runCommand("scoreboard", [
    "--protocol",
    "last-share",
    "--quick",
    "--json",
    ...few,
  ]);
  assert.is(code, 0);
  const { protocol, folds, rows } = JSON.parse(out) as Printed;
  assert.is(protocol, "last-share");
  assert.is(folds, 1);
  const [biases, popularity, ease] = rows;
  assert.ok(biases.rmse!.low < biases.rmse!.value && biases.rmse!.value < biases.rmse!.high);
  assert.is(popularity.rmse, null);
  assert.ok(ease.ndcg.value > popularity.ndcg.value);
});

test("an unknown model is refused with the names that there are", async () => {
  const { code, err, out } = await runCommand("scoreboard", ["--models", "oracle"]);
  assert.is(code, 1);
  assert.is(out, "");
  assert.match(err, /no model is named "oracle"/);
  assert.match(err, /item-kNN, stars/);
});

test("folds of a protocol that holds out one part are refused", async () => {
  const { code, err } = await runCommand("scoreboard", ["--protocol", "time", "--folds", "5"]);
  assert.is(code, 1);
  assert.match(err, /--folds is 5, and time holds out one part/);
});

test("Ctrl-C ends it between two models with exit code 130 and nothing on stdout", async () => {
  let asked = false;
  const { code, out } = await runCommand("scoreboard", few, (err, kill) => {
    if (!asked && /training/.test(err)) {
      asked = true;
      kill("SIGINT");
    }
  });
  assert.is(code, 130);
  assert.is(out, "");
});

test.run();
