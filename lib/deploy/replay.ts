import { setTimeout as wait } from "node:timers/promises";
import { WorkspaceError, type Dataset } from "../data";
import type { FeedbackEvent } from "./events";

export interface ReplayOptions {
  /** Of the server, such as `http://127.0.0.1:8080`. */
  url: string;
  /** Names this replay in the ids of its events: what is sent again under the same name is read once. */
  run: string;
  /** The server's token for /events, where it wants one. */
  token?: string;
  /** As fast as the server answers, by default. */
  ratingsPerSecond?: number;
  /** Ratings sent before, by time; 0 by default. */
  from?: number;
  /** No more ratings than so many; all, by default. */
  most?: number;
  /** Told after each answer of the server: so many ratings, from the first on, are on its disk. */
  onStored?: (sent: number) => void | Promise<void>;
  signal?: AbortSignal;
}

export interface ReplayOutcome {
  /** Ratings on the server's disk, those of earlier calls included. */
  sent: number;
  /** Of this call. */
  ratings: number;
  lists: number;
  clicks: number;
  /** False where it was stopped, or `most` reached. */
  finished: boolean;
}

const LIST_LENGTH = 10;
/** Ratings of one request; with a list and a click for each they stay below the 1,000 events that a server takes. */
const MOST_AT_ONCE = 200;
/** A user who is away for so long, in seconds, comes back to another list. */
const SESSION = 30 * 60;

/**
 * Sends ratings to a running server as their users would have given them, in the order of time. Whenever a user begins
 * to rate, or again after half an hour, the server is asked for a list of ten, which is told as shown; a rating of a film
 * on the user's last list is told as a click on it as well, since MovieLens does not record clicks. What happens is
 * dated as in the data.
 * @param dataset what is to be sent
 * @throws WorkspaceError REPLAY_FAILED when the server cannot be reached or refuses; what was stored stays so, and
 *   `from` goes on behind it
 */
export async function replayRatings(dataset: Dataset, options: ReplayOptions): Promise<ReplayOutcome> {
  const { ratingsPerSecond = Infinity, from = 0, most = Infinity, onStored, signal } = options;
  const { users, items, ratings, timestamps, userIds, itemIds } = dataset;
  const order = rowsByTime(dataset);
  const until = Math.min(order.length, from + most);
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.ceil(ratingsPerSecond / 10)));
  const started = performance.now();
  const last = new Map<number, { listId: string; movieIds: number[]; at: number }>();
  const outcome = { sent: from, ratings: 0, lists: 0, clicks: 0 };
  while (outcome.sent < until && !signal?.aborted) {
    const events: FeedbackEvent[] = [];
    const end = Math.min(until, outcome.sent + atOnce);
    let [lists, clicks] = [0, 0];
    for (let at = outcome.sent; at < end; at++) {
      const row = order[at];
      const [userId, movieId, timestamp] = [userIds[users[row]], itemIds[items[row]], timestamps[row]];
      const id = `${options.run}-${at}`;
      let list = last.get(userId);
      if (list === undefined || timestamp - list.at > SESSION) {
        list = { listId: id, movieIds: await listFor(userId, options), at: timestamp };
        last.set(userId, list);
        if (list.movieIds.length > 0) {
          events.push({
            type: "impression",
            id: `${id}-list`,
            timestamp,
            userId,
            listId: id,
            movieIds: list.movieIds,
          });
          lists++;
        }
      }
      list.at = timestamp;
      if (list.movieIds.includes(movieId)) {
        events.push({ type: "click", id: `${id}-click`, timestamp, userId, movieId, listId: list.listId });
        clicks++;
      }
      events.push({ type: "rating", id, timestamp, userId, movieId, rating: ratings[row] });
    }
    await ask("/events", options, { events });
    outcome.ratings += end - outcome.sent;
    outcome.sent = end;
    outcome.lists += lists;
    outcome.clicks += clicks;
    await onStored?.(end);
    const due = (outcome.ratings / ratingsPerSecond) * 1000 - (performance.now() - started);
    // A signal ends the wait as well, which is no failure.
    if (due > 0 && end < until) await wait(due, undefined, { signal }).catch(() => undefined);
  }
  return { ...outcome, finished: outcome.sent === order.length };
}

/** Row numbers in the order of time, ties by row. */
function rowsByTime({ timestamps }: Dataset): Uint32Array {
  return Uint32Array.from(timestamps.keys()).sort((a, b) => timestamps[a] - timestamps[b] || a - b);
}

async function listFor(userId: number, options: ReplayOptions): Promise<number[]> {
  const { items } = (await ask(`/recommend/${userId}?n=${LIST_LENGTH}`, options)) as {
    items: { movieId: number }[];
  };
  return items.map(({ movieId }) => movieId);
}

async function ask(path: string, { url, token }: ReplayOptions, body?: object): Promise<unknown> {
  for (;;) {
    let reply: Response;
    try {
      reply = await fetch(
        url + path,
        body && {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
        },
      );
    } catch (cause) {
      throw new WorkspaceError("REPLAY_FAILED", `${url}${path} cannot be reached`, { cause });
    }
    if (reply.status === 429) {
      await reply.arrayBuffer();
      await wait(1000 * Number(reply.headers.get("retry-after") ?? 1));
      continue;
    }
    const answer = (await reply.json()) as { detail?: string };
    if (!reply.ok)
      throw new WorkspaceError(
        "REPLAY_FAILED",
        `${url}${path} answered ${reply.status}: ${answer.detail ?? "it does not say why"}`,
      );
    return answer;
  }
}
