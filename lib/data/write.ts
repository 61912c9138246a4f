import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Dataset } from "./dataset";

const NO_GENRES = "(no genres listed)";

/**
 * Writes ratings and movies as ml-latest publishes them (ratings.csv, movies.csv), for `loadDataset` to read. Tags, links and
 * demographics are not written.
 * @param folder made where it is not there; its files are written over
 */
export async function writePublished(dataset: Dataset, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const movies = Array.from(dataset.movies.values()).sort((a, b) => a.movieId - b.movieId);
  const lines = movies.map(
    ({ movieId, title, genres }) =>
      `${movieId},${quoted(title)},${quoted(genres.length === 0 ? NO_GENRES : genres.join("|"))}\n`,
  );
  await writeFile(join(folder, "movies.csv"), `movieId,title,genres\n${lines.join("")}`);
  await pipeline(Readable.from(ratingLines(dataset)), createWriteStream(join(folder, "ratings.csv")));
}

const LINES_AT_ONCE = 10_000;

function* ratingLines({ users, items, ratings, timestamps, userIds, itemIds }: Dataset): Generator<string> {
  yield "userId,movieId,rating,timestamp\n";
  for (let from = 0; from < ratings.length; from += LINES_AT_ONCE) {
    let text = "";
    for (let row = from; row < Math.min(ratings.length, from + LINES_AT_ONCE); row++)
      text += `${userIds[users[row]]},${itemIds[items[row]]},${ratings[row].toFixed(1)},${timestamps[row]}\n`;
    yield text;
  }
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
