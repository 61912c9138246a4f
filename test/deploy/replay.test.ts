import { test } from "uvu";
import * as assert from "uvu/assert";
import type { WorkspaceError } from "@movielens/lib/data";
import {
  loadModel,
  readEvents,
  replayRatings,
  startServer,
  type RunningServer,
  type StoredEvent,
} from "@movielens/lib/deploy";
import { toyDataset } from "../toy-data";
import { exportTiny, temporaryFolder } from "./tiny-model";

let path: string;
let cleanUp: () => Promise<void>;

test.before(async () => {
  ({ path, remove: cleanUp } = await temporaryFolder());
});
test.after(() => cleanUp());

const HOUR = 3600;
/** Rows out of time; user 10 comes back after an hour. */
const later = toyDataset([
  [10, 4, 5, HOUR + 100],
  [10, 3, 4, 100],
  [20, 1, 2, 50],
  [10, 5, 1, 200],
]);

async function serving(
  name: string,
  work: (running: RunningServer) => Promise<void>,
  token?: string,
): Promise<StoredEvent[]> {
  const eventsFolder = `${path}/${name}`;
  const loaded = await loadModel((await exportTiny(`${path}/models`)).folder);
  const running = await startServer({ loaded }, { eventsFolder, token });
  await work(running).finally(() => running.close());
  const events: StoredEvent[] = [];
  for await (const event of readEvents(eventsFolder)) events.push(event);
  return events;
}
const told = (events: StoredEvent[]): string[] =>
  events.map((event) =>
    event.type === "impression"
      ? `${event.userId} sees ${event.movieIds.join(" ")} at ${event.timestamp}`
      : event.type === "rating"
        ? `${event.userId} rates ${event.movieId} ${event.rating} at ${event.timestamp}`
        : event.type === "click"
          ? `${event.userId} clicks ${event.movieId} of ${event.listId}`
          : "",
  );

const ALL = [
  "20 sees 1 5 at 50",
  "20 clicks 1 of r-0",
  "20 rates 1 2 at 50",
  "10 sees 4 3 5 at 100",
  "10 clicks 3 of r-1",
  "10 rates 3 4 at 100",
  "10 clicks 5 of r-1",
  "10 rates 5 1 at 200",
  "10 sees 4 3 5 at 3700",
  "10 clicks 4 of r-3",
  "10 rates 4 5 at 3700",
];

test("ratings are sent in the order of time, each session with a list before it and clicks on its films", async () => {
  const events = await serving("all", async ({ url }) => {
    assert.equal(await replayRatings(later, { url, run: "r" }), {
      sent: 4,
      ratings: 4,
      lists: 3,
      clicks: 4,
      finished: true,
    });
  });
  assert.equal(told(events), ALL);
});

test("what is sent again after a stop is read once, and the rest follows", async () => {
  const events = await serving("again", async ({ url }) => {
    const stored: number[] = [];
    const onStored = (sent: number): void => void stored.push(sent);
    const first = await replayRatings(later, { url, run: "r", most: 2, ratingsPerSecond: 10_000, onStored });
    assert.equal([first.sent, first.finished], [2, false]);
    await replayRatings(later, { url, run: "r", from: 1, ratingsPerSecond: 1000, onStored });
    assert.equal([stored.at(0), stored.at(-1)], [2, 4]);
  });
  assert.equal(
    told(events).filter((what) => what.includes("rates")),
    ALL.filter((what) => what.includes("rates")),
  );
});

test("a signal stops it behind what is stored", async () => {
  const stop = new AbortController();
  const events = await serving("stopped", async ({ url }) => {
    const { sent, finished } = await replayRatings(later, {
      url,
      run: "r",
      ratingsPerSecond: 5,
      signal: stop.signal,
      onStored: () => stop.abort(),
    });
    assert.equal([sent, finished], [1, false]);
  });
  assert.is(events.filter(({ type }) => type === "rating").length, 1);
});

test("a server that is not there, or that refuses, is named with what it said", async () => {
  const failure = async (url: string): Promise<WorkspaceError> => {
    try {
      await replayRatings(later, { url, run: "r" });
    } catch (error) {
      return error as WorkspaceError;
    }
    throw new Error("it went well");
  };
  let gone = "";
  await serving(
    "closed",
    async ({ url }) => {
      gone = url;
      const refused = await failure(url);
      assert.is(refused.code, "REPLAY_FAILED");
      assert.match(refused.message, "/events answered 401: /events wants the server's token");
    },
    "secret",
  );
  const missing = await failure(gone);
  assert.is(missing.code, "REPLAY_FAILED");
  assert.match(missing.message, "cannot be reached");
});

test("the server's token is sent", async () => {
  const events = await serving(
    "token",
    async ({ url }) => void (await replayRatings(later, { url, run: "r", token: "secret" })),
    "secret",
  );
  assert.is(events.length, ALL.length);
});

test.run();
