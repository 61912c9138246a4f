import { test } from "uvu";
import * as assert from "uvu/assert";
import type { WorkspaceError } from "@movielens/lib/data";
import {
  createServer,
  loadModel,
  monitorFeedback,
  monitorPage,
  populationStabilityIndex,
  readEvents,
  type FeedbackEvent,
  type FigureName,
  type LoadedModel,
  type MonitorFigure,
  type MonitorOptions,
  type MonitorReport,
  type StoredEvent,
} from "@movielens/lib/deploy";
import { ask, post } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

const DAY = 24 * 60 * 60;
/** The newest training rating is of second 6. */
const NEWEST = 6;

let path: string;
let cleanUp: () => Promise<void>;
let loaded: LoadedModel;

test.before(async () => {
  const folder = await temporaryFolder();
  path = folder.path;
  cleanUp = folder.remove;
  loaded = await loadModel((await exportTiny(path)).folder);
});
test.after(() => cleanUp());

/** One event a day, the first a day after the newest training rating. */
const stored = (events: (FeedbackEvent | StoredEvent)[]): StoredEvent[] =>
  events.map(
    (event, k) =>
      ({
        timestamp: NEWEST + (k + 1) * DAY,
        received: "2026-11-25T00:00:00.000Z",
        modelVersion: loaded.manifest.version,
        ...event,
      }) as StoredEvent,
  );

const monitor = (events: FeedbackEvent[], options: MonitorOptions = {}): Promise<MonitorReport> =>
  monitorFeedback(loaded, stored(events), {
    leastObservations: 1,
    now: new Date("2026-12-04T10:15:00.123Z"),
    ...options,
  });

const figure = ({ figures }: MonitorReport, name: FigureName): MonitorFigure =>
  figures.find((one) => one.name === name)!;
const near = (actual: number | null, expected: number): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

/** What user 10 learned is film 1; films 3 and 1 are fresh for users 10 and 20; user 99 and film 6 are unknown. */
const RATINGS: FeedbackEvent[] = [
  { type: "rating", userId: 10, movieId: 1, rating: 5 },
  { type: "rating", userId: 10, movieId: 3, rating: 4 },
  { type: "rating", userId: 20, movieId: 1, rating: 2 },
  { type: "rating", userId: 99, movieId: 3, rating: 5 },
  { type: "rating", userId: 30, movieId: 6, rating: 3 },
];

test("RMSE is of fresh ratings of known films by known users, beside that of the films' means", async () => {
  const report = await monitor(RATINGS);
  // 24/7 + 0.1 + 0 for user 10 and film 3, whose factors are orthogonal; 24/7 − 0.1 + 0.2 for user 20 and film 1.
  const errors = [24 / 7 + 0.1 - 4, 24 / 7 + 0.1 - 2];
  const rmse = Math.sqrt((errors[0] ** 2 + errors[1] ** 2) / 2);
  near(figure(report, "ratingRmse").value, rmse);
  assert.is(figure(report, "ratingRmse").observations, 2);
  // Film 3 has one training rating, 5; film 1 has 5 and 2.
  near(figure(report, "rmseToFilmMeans").value, rmse / Math.sqrt((1 ** 2 + 1.5 ** 2) / 2));
  assert.is(report.events.learned, 1);
});

test("strangers are counted among the fresh ratings", async () => {
  const report = await monitor(RATINGS);
  assert.is(figure(report, "unknownUsers").value, 1 / 4);
  assert.is(figure(report, "unknownFilms").value, 1 / 4);
});

test("a rating given again takes the place of the one before", async () => {
  const again: FeedbackEvent = { type: "rating", userId: 10, movieId: 3, rating: 1 };
  const report = await monitor([...RATINGS, again]);
  assert.is(figure(report, "unknownUsers").observations, 4);
  const errors = [24 / 7 + 0.1 - 1, 24 / 7 + 0.1 - 2];
  near(figure(report, "ratingRmse").value, Math.sqrt((errors[0] ** 2 + errors[1] ** 2) / 2));
});

test("clicks and hits are counted by list: by its id, or else the user's last one with the film", async () => {
  const report = await monitor([
    { type: "impression", userId: 10, movieIds: [3, 4], listId: "a" },
    { type: "impression", userId: 20, movieIds: [1, 5], listId: "b" },
    { type: "impression", movieIds: [2], listId: "c" },
    { type: "impression", userId: 30, movieIds: [4, 3] },
    { type: "click", userId: 10, movieId: 3, listId: "a" },
    { type: "click", userId: 10, movieId: 3, listId: "a" },
    { type: "click", userId: 30, movieId: 4 },
    // Not on the list, and no list at all.
    { type: "click", movieId: 5, listId: "c" },
    { type: "click", userId: 10, movieId: 1 },
    // Few stars are no hit.
    { type: "rating", userId: 20, movieId: 5, rating: 2 },
  ]);
  assert.is(figure(report, "clickThroughRate").value, 2 / 7);
  assert.is(figure(report, "hitRate").value, 2 / 4);
  assert.is(report.events.clicksWithoutList, 2);
});

test("a good rating after the list is a hit, one from before it is none", async () => {
  const list: FeedbackEvent = { type: "impression", userId: 20, movieIds: [1, 5] };
  const rating: FeedbackEvent = { type: "rating", userId: 20, movieId: 5, rating: 4 };
  assert.is(figure(await monitor([list, rating]), "hitRate").value, 1);
  assert.is(figure(await monitor([rating, list]), "hitRate").value, 0);
  assert.is(figure(await monitor([list, rating], { relevantFrom: 4.5 }), "hitRate").value, 0);
});

test("drift is PSI and Jensen–Shannon of counts that can be made by hand", async () => {
  const { drifts, ...report } = await monitor(RATINGS);
  const of = (name: string): (typeof drifts)[number] => drifts.find((drift) => drift.name === name)!;
  // Stars ½ … 5 of the training ratings 5 4 3 5 1 2 4, and of the fresh ones 4 2 5 3.
  assert.equal(of("ratings").expected, [0, 1, 0, 1, 0, 1, 0, 2, 0, 2]);
  assert.equal(of("ratings").actual, [0, 0, 0, 1, 0, 1, 0, 1, 0, 1]);
  near(
    figure({ drifts, ...report }, "ratingDrift").value,
    populationStabilityIndex([0, 1, 0, 1, 0, 1, 0, 2, 0, 2], [0, 0, 0, 1, 0, 1, 0, 1, 0, 1]),
  );
  // Comedy: films 1 2 4. Drama: 2 3 6. Sci-Fi: 5.
  assert.equal(of("genres").bins, ["Comedy", "Drama", "Sci-Fi"]);
  assert.equal(of("genres").expected, [5, 3, 1]);
  assert.equal(of("genres").actual, [1, 3, 0]);
  // Films 1 and 2 have two ratings of seven each, so that no two films begin in the same tenth.
  assert.equal(of("popularity").expected, [2, 2, 1, 1, 1]);
  assert.equal(of("popularity").actual, [1, 0, 2, 0, 0]);
  assert.is(of("popularity").bins[1], "film 2");
});

test("scores of lists that the model makes itself have not moved, those of its worst films have", async () => {
  const lists = [10, 20, 30].map((userId): FeedbackEvent => {
    const user = loaded.model.parts.userIds.indexOf(userId);
    const movieIds = loaded.model.recommend(user, 10).map(({ item }) => loaded.model.parts.itemIds[item]);
    return { type: "impression", userId, movieIds };
  });
  assert.is(figure(await monitor(lists), "scoreDrift").value, 0);
  const worst: FeedbackEvent[] = Array.from({ length: 20 }, () => ({
    type: "impression",
    userId: 10,
    movieIds: [5],
  }));
  assert.ok(figure(await monitor(worst), "scoreDrift").value! > 0.25);
});

test("what the server logged is what was served; without that, what pages showed", async () => {
  const shown: FeedbackEvent = { type: "impression", userId: 10, movieIds: [3, 4] };
  assert.is(figure(await monitor([shown]), "servedCoverage").value, 2 / 5);
  const served = { type: "served", movieIds: [3], step: "popular" } as unknown as FeedbackEvent;
  const report = await monitor([shown, served]);
  assert.is(figure(report, "servedCoverage").value, 1 / 5);
  assert.is(report.events.served, 1);
});

test("the model is as old as its export, its data as the time to the newest event", async () => {
  const report = await monitor(RATINGS);
  near(figure(report, "modelAge").value, 10);
  near(figure(report, "dataAge").value, 5);
});

test("events of another model or before a time are left out, unless every model is asked for", async () => {
  const other = stored(RATINGS).map((event) => ({ ...event, modelVersion: "another" }));
  const early = stored(RATINGS).map((event) => ({ ...event, received: "2026-11-24T00:00:00.000Z" }));
  const all = [...stored(RATINGS), ...other, ...early];
  const since = new Date("2026-11-24T12:00:00Z");
  const read = async (options: MonitorOptions): Promise<MonitorReport["events"]> =>
    (await monitorFeedback(loaded, all, options)).events;
  assert.equal([(await read({})).ratings, (await read({})).leftOut], [10, 5]);
  assert.is((await read({ since })).ratings, 5);
  assert.is((await read({ since, everyModel: true })).ratings, 10);
});

test("figures are judged by thresholds: beyond, within, none, or too few to judge", async () => {
  const report = await monitor(RATINGS, {
    thresholds: { unknownUsers: 0.25, unknownFilms: 0.2, modelAge: null },
  });
  const verdicts = (["unknownUsers", "unknownFilms", "modelAge"] as const).map(
    (name) => figure(report, name).verdict,
  );
  assert.equal(verdicts, ["fine", "exceeded", "not judged"]);
  assert.ok(report.exceeded.includes("unknownFilms"));
  const few = await monitor(RATINGS, {
    leastObservations: 5,
    thresholds: { unknownFilms: 0.2, hitRate: 0.5 },
  });
  assert.is(figure(few, "unknownFilms").verdict, "not judged");
  assert.match(figure(few, "unknownFilms").says, "too few to judge, 5 needed");
  assert.equal(few.exceeded, []);
});

test("a rate of hits or clicks must be at least its threshold", async () => {
  const list: FeedbackEvent = { type: "impression", userId: 20, movieIds: [1, 5] };
  assert.equal((await monitor([list], { thresholds: { hitRate: 0.1 } })).exceeded, ["hitRate"]);
});

test("without events every figure but the model's age is null and says why", async () => {
  const report = await monitor([]);
  for (const { name, value, says } of report.figures) {
    if (name !== "modelAge") assert.is(value, null, name);
    assert.ok(says.length > 5, name);
  }
  assert.equal(report.exceeded, []);
  assert.equal(report.drifts, []);
});

test("an implicit model has no RMSE, and says that it predicts no stars", async () => {
  const manifest = { ...loaded.manifest, kind: "implicit" as const };
  const report = await monitorFeedback({ ...loaded, manifest }, stored(RATINGS));
  assert.is(figure(report, "ratingRmse").value, null);
  assert.match(figure(report, "ratingRmse").says, "predicts no stars");
});

for (const [thresholds, says] of [
  [{ rmse: 1 }, 'there is no figure "rmse"'],
  [{ hitRate: NaN }, "the threshold of hitRate is"],
] as const)
  test(`thresholds ${JSON.stringify(thresholds)} are refused`, async () => {
    try {
      await monitor([], { thresholds: thresholds as MonitorOptions["thresholds"] });
    } catch (error) {
      assert.is((error as WorkspaceError).code, "OPTION_INVALID");
      assert.match((error as WorkspaceError).message, says);
      return;
    }
    assert.unreachable();
  });

test("a server that is told to logs each list that it answers, for users, visitors and batches", async () => {
  const eventsFolder = `${path}/served`;
  const server = createServer({ loaded }, { eventsFolder, logServed: true });
  const first = await ask(server, "/recommend/10?n=2");
  await ask(server, post("/recommend", { ratings: [{ movieId: 1, rating: 5 }], n: 1 }));
  await ask(server, post("/recommend/batch", { userIds: [20, 30], n: 1 }));
  await server.close();
  const events: StoredEvent[] = [];
  for await (const event of readEvents(eventsFolder)) events.push(event);
  assert.equal(
    events.map((event) => event.type === "served" && [event.userId, event.movieIds.length, event.step]),
    [
      [10, 2, "personal"],
      [undefined, 1, "similar-users"],
      [20, 1, "personal"],
      [30, 1, "personal"],
    ],
  );
  const served = events[0];
  assert.equal(
    served.type === "served" && served.movieIds,
    (first.body as { items: { movieId: number }[] }).items.map(({ movieId }) => movieId),
  );
  assert.is(served.modelVersion, loaded.manifest.version);
});

test("nobody can send a served list, and without being told to the server logs none", async () => {
  const eventsFolder = `${path}/unserved`;
  const server = createServer({ loaded }, { eventsFolder });
  await ask(server, "/recommend/10");
  const events = [{ type: "served", movieIds: [1], step: "popular" }];
  assert.is((await ask(server, post("/events", { events }))).status, 400);
  await server.close();
  for await (const event of readEvents(eventsFolder)) assert.unreachable(event.type);
});

test("the page has every figure and every bin, and lets no text in as markup", async () => {
  const report = await monitor(RATINGS);
  report.figures[0].says = "<script>";
  const page = monitorPage(report);
  for (const { title } of report.figures) assert.ok(page.includes(`>${title}<`), title);
  for (const { bins } of report.drifts) for (const bin of bins) assert.ok(page.includes(`>${bin}<`), bin);
  assert.ok(page.includes("&#60;script&#62;") && !page.includes("<script"));
  assert.not.match(page, /https?:/);
});

test.run();
