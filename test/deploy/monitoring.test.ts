import { test } from "uvu";
import * as assert from "uvu/assert";
import type { WorkspaceError } from "@movielens/lib/data";
import { histogramQuantile, parseMetrics, servingReport, type Sample } from "@movielens/lib/deploy";

const buckets = (counts: Record<string, number>, labels: Record<string, string> = {}): Sample[] =>
  Object.entries(counts).map(([le, value]) => ({ name: "t_bucket", labels: { ...labels, le }, value }));
const near = (actual: number | null, expected: number): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("a quantile is interpolated inside its bucket", () => {
  const samples = buckets({ "0.1": 2, "0.2": 6, "+Inf": 8 });
  // The 4th of 8 is the 2nd of 4 in 0.1 … 0.2; the 1st is half way through 0 … 0.1.
  near(histogramQuantile(0.5, samples), 0.15);
  near(histogramQuantile(1 / 8, samples), 0.05);
});

test("a quantile beyond the last bound is that bound, as Prometheus has it", () => {
  near(histogramQuantile(0.95, buckets({ "0.1": 2, "0.2": 6, "+Inf": 8 })), 0.2);
});

test("a quantile over several series adds them up", () => {
  const samples = [
    ...buckets({ "0.1": 4, "0.2": 4, "+Inf": 4 }, { route: "a" }),
    ...buckets({ "0.1": 0, "0.2": 4, "+Inf": 4 }, { route: "b" }),
  ];
  near(histogramQuantile(0.75, samples), 0.15);
});

test("a quantile of nothing is null", () => {
  assert.is(histogramQuantile(0.5, []), null);
  assert.is(histogramQuantile(0.5, buckets({ "0.1": 0, "+Inf": 0 })), null);
});

test("metrics are read with their labels, escapes, exponents, infinities and timestamps", () => {
  const text = `# HELP a_total Some help
# TYPE a_total counter
a_total{path="/x,{y}",said="a \\"b\\" \\\\ c\\nd"} 3 1700000000000
b 1.5e-3

c_bucket{le="+Inf"} +Inf
`;
  assert.equal(parseMetrics(text), [
    { name: "a_total", labels: { path: "/x,{y}", said: 'a "b" \\ c\nd' }, value: 3 },
    { name: "b", labels: {}, value: 0.0015 },
    { name: "c_bucket", labels: { le: "+Inf" }, value: Infinity },
  ]);
});

for (const [line, what] of [
  ["no metric at all", "prose"],
  ['a{b="c" 3', "an open brace"],
  ["a three", "a value that is no number"],
])
  test(`${what} is refused with its line`, () => {
    try {
      parseMetrics(`ok 1\n${line}\n`);
    } catch (error) {
      assert.is((error as WorkspaceError).code, "METRIC_INVALID");
      assert.match((error as WorkspaceError).message, `line 2 is no metric: ${line}`);
      return;
    }
    assert.unreachable();
  });

const SERVED = `movielens_http_request_duration_seconds_bucket{le="0.001",method="GET",route="/recommend/:userId",status="200"} 8
movielens_http_request_duration_seconds_bucket{le="0.002",method="GET",route="/recommend/:userId",status="200"} 10
movielens_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/recommend/:userId",status="200"} 10
movielens_http_request_duration_seconds_count{method="GET",route="/recommend/:userId",status="200"} 10
movielens_http_request_duration_seconds_bucket{le="0.001",method="GET",route="/similar/:movieId",status="404"} 0
movielens_http_request_duration_seconds_bucket{le="0.002",method="GET",route="/similar/:movieId",status="404"} 10
movielens_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/similar/:movieId",status="404"} 10
movielens_http_request_duration_seconds_count{method="GET",route="/similar/:movieId",status="404"} 10
movielens_http_request_duration_seconds_bucket{le="0.001",method="GET",route="/metrics",status="200"} 0
movielens_http_request_duration_seconds_bucket{le="0.002",method="GET",route="/metrics",status="200"} 0
movielens_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/metrics",status="200"} 7
movielens_http_request_duration_seconds_count{method="GET",route="/metrics",status="200"} 7
movielens_recommendations_total{step="personal"} 6
movielens_recommendations_total{step="fold-in"} 0
movielens_recommendations_total{step="popular"} 2
movielens_fold_ins_total 0
movielens_movies_served 30
movielens_movies_known 120
movielens_model_info{version="v1",kind="explicit",rank="8"} 1
movielens_model_age_seconds 3600
`;

test("a report adds up requests, latency, steps and coverage, the watcher's own requests left out", () => {
  const { p50, p95, routes, ...rest } = servingReport(SERVED);
  assert.equal(rest, {
    requests: 20,
    byStatus: { "200": 10, "404": 10 },
    recommendations: { personal: 6, "fold-in": 0, popular: 2 },
    fallbackShare: 0.25,
    foldIns: 0,
    moviesServed: 30,
    moviesKnown: 120,
    catalogueCoverage: 0.25,
    modelVersion: "v1",
    modelAgeSeconds: 3600,
  });
  // 8 of 20 are below 1 ms, 12 between 1 and 2 ms.
  near(p50, 1 + 2 / 12);
  near(p95, 1 + 11 / 12);
  assert.equal(
    routes.map(({ route, requests }) => [route, requests]),
    [
      ["/recommend/:userId", 10],
      ["/similar/:movieId", 10],
    ],
  );
  near(routes[0].p50, 5 / 8);
});

test("the fallback share counts the lists that are the same for everybody, not those by a profile's genres", () => {
  const text = `${SERVED}movielens_recommendations_total{step="genre-popular"} 8\n`;
  assert.is(servingReport(text).fallbackShare, 2 / 16);
});

test("before the first request and the first model, what does not exist is null", () => {
  const report = servingReport("movielens_movies_served 0\nmovielens_fold_ins_total 0\n");
  assert.equal(report, {
    requests: 0,
    byStatus: {},
    p50: null,
    p95: null,
    routes: [],
    recommendations: {},
    fallbackShare: null,
    foldIns: 0,
    moviesServed: 0,
    moviesKnown: null,
    catalogueCoverage: null,
    modelVersion: null,
    modelAgeSeconds: null,
  });
});

test("the metrics of another server are refused", () => {
  assert.throws(() => servingReport("process_cpu_seconds_total 3\n"), /has no movielens_movies_served/);
});

test.run();
