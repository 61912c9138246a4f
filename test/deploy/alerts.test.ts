import { readFileSync } from "node:fs";
import { projectPath } from "@movielens/lib/data";
import { train } from "@movielens/lib/als";
import { createServer, loadModel, parseMetrics, type Sample } from "@movielens/lib/deploy";
import { FALLBACK_STEPS, LADDER_STEPS, RecommendationLadder, trainLister } from "@movielens/lib/recommend";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { toyDataset, type ToyRating } from "../toy-data";
import { ask, post } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; mend: string };
}

interface Selector {
  metric: string;
  matchers: { label: string; operator: string; value: string }[];
}

const read = (name: string): unknown => parse(readFileSync(projectPath("docker", name), "utf8"));
const rules = (read("alerts.yml") as { groups: { name: string; rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

// An ES module, which a CommonJS one can only import in time.
const promql = import("@prometheus-io/lezer-promql");

/** Every selector of an expression, and where the parser found what is no PromQL. */
async function parsed(expr: string): Promise<{ selectors: Selector[]; mistakes: string[] }> {
  const { parser } = await promql;
  const selectors: Selector[] = [];
  const mistakes: string[] = [];
  const text = ({ from, to }: { from: number; to: number }): string => expr.slice(from, to);
  parser.parse(expr).iterate({
    enter: (at) => {
      if (at.type.isError) mistakes.push(`at ${at.from}`);
      if (at.name !== "VectorSelector") return;
      const labels = at.node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
      selectors.push({
        metric: text(at.node.getChild("Identifier")!),
        matchers: labels.map((matcher) => ({
          label: text(matcher.getChild("LabelName")!),
          operator: text(matcher.getChild("MatchOp")!),
          value: JSON.parse(text(matcher.getChild("StringLiteral")!)) as string,
        })),
      });
    },
  });
  return { selectors, mistakes };
}

let samples: Sample[];

test.before(async () => {
  const folder = await temporaryFolder();
  const loaded = await loadModel((await exportTiny(folder.path)).folder);
  const server = createServer({ loaded });
  await ask(server, "/recommend/10");
  await ask(server, post("/recommend", { ratings: [{ movieId: 1, rating: 5 }] }));
  // No folder for events: 503.
  const events = [{ type: "click", movieId: 1 }];
  assert.is((await ask(server, post("/events", { events }))).status, 503);
  samples = parseMetrics((await ask(server, "/metrics")).body as string);
  await server.close();
  await folder.remove();
});

test("every alert has a name of its own, a severity, and says what to do", () => {
  assert.ok(rules.length >= 8);
  assert.is(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, labels, annotations } of rules) {
    assert.match(alert, /^[A-Z][A-Za-z]+$/);
    assert.ok(["page", "ticket"].includes(labels.severity), alert);
    assert.ok(annotations.summary && annotations.mend, alert);
  }
});

for (const { alert, expr } of rules)
  test(`${alert} is PromQL over metrics, labels and values that the server exposes`, async () => {
    const { selectors, mistakes } = await parsed(expr);
    assert.equal(mistakes, [], expr);
    assert.ok(selectors.length > 0);
    for (const { metric, matchers } of selectors) {
      // Made by Prometheus itself for each target, as is the label job.
      const exposed = metric === "up" ? [] : samples.filter(({ name }) => name === metric);
      assert.ok(metric === "up" || exposed.length > 0, `${metric} is not exposed`);
      for (const { label, operator, value } of matchers) {
        if (label === "job") continue;
        const values = new Set(exposed.map(({ labels }) => labels[label]));
        const matches = (one: string): boolean =>
          operator === "=~" ? new RegExp(`^(?:${value})$`).test(one) : one === value;
        assert.ok([...values].some(matches), `${metric} has no ${label} that is ${operator}"${value}"`);
        if (operator === "=~" && /^[\w|-]+$/.test(value))
          for (const one of value.split("|")) assert.ok(values.has(one), `${metric} has no ${label} ${one}`);
      }
    }
  });

test("a metric that is not there, and text that is no PromQL, would be found", async () => {
  assert.equal(await parsed('rate(nothing_total{a="b"}[5m]) > 1'), {
    selectors: [{ metric: "nothing_total", matchers: [{ label: "a", operator: "=", value: "b" }] }],
    mistakes: [],
  });
  assert.ok((await parsed("sum(rate(x[5m]) >")).mistakes.length > 0);
});

test("ManyFallbacks counts the steps that are fallbacks in answers and reports, and no other", async () => {
  const { expr } = rules.find(({ alert }) => alert === "ManyFallbacks")!;
  const [some, all] = (await parsed(expr)).selectors.map(({ matchers }) =>
    matchers.find(({ label }) => label === "step"),
  );
  assert.is(all, undefined);
  const counts = (step: string): boolean => new RegExp(`^(?:${some!.value})$`).test(step);
  assert.equal(LADDER_STEPS.filter(counts), [...FALLBACK_STEPS]);
});

test("a visitor with many ratings counts as one, whether or not the model has a lister; one with few does not", async () => {
  const { expr } = rules.find(({ alert }) => alert === "NobodyWithManyRatings")!;
  const { matchers } = (await parsed(expr)).selectors.find(({ metric }) => /recommendations/.test(metric))!;
  const { value } = matchers.find(({ label }) => label === "step")!;
  const counts = (step: string): boolean => new RegExp(`^(?:${value})$`).test(step);
  const films = Array.from({ length: 120 }, (_, k) => k + 1);
  const rows = Array.from({ length: 10 }, (_, user) =>
    films.filter((film) => film % 10 !== user).map((film): ToyRating => [user + 1, film, 1 + (film % 5)]),
  ).flat();
  const dataset = toyDataset(rows);
  const model = await train(dataset, { feedback: "explicit", rank: 2, iterations: 1 });
  const ratings = films.map((movieId) => ({ movieId, rating: 5 }));
  for (const lister of [undefined, trainLister(dataset, { minLikes: 1 })]) {
    const ladder = new RecommendationLadder(model, { lister });
    const { step } = ladder.forVisitor(ratings, 5);
    assert.is(step, lister ? "liked-together" : "fold-in");
    assert.ok(counts(step), step);
    assert.not.ok(counts(ladder.forVisitor(ratings.slice(0, 5), 5).step));
    assert.not.ok(counts(ladder.forVisitor([], 5).step));
  }
});

test("Prometheus reads the file where the container has it, and its job is the one that the alerts name", async () => {
  const { rule_files, scrape_configs } = read("prometheus.yml") as {
    rule_files: string[];
    scrape_configs: { job_name: string }[];
  };
  const { services } = read("compose.yml") as { services: { prometheus: { volumes: string[] } } };
  const mounted = services.prometheus.volumes.map((volume) => volume.split(":"));
  for (const file of rule_files)
    assert.equal(mounted.find(([, target]) => target === file)?.[0], "./alerts.yml");
  const jobs = scrape_configs.map(({ job_name }) => job_name);
  for (const { expr } of rules)
    for (const { matchers } of (await parsed(expr)).selectors) {
      const job = matchers.find(({ label }) => label === "job");
      assert.ok(job && jobs.includes(job.value), expr);
    }
});

test.run();
