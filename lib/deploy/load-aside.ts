import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { WorkspaceError, type ErrorCode, type Movie, type RatingsByRow } from "../data";
import { transposed } from "../recommend";
import { modelOf, readModel, type LoadedModel, type ModelContents } from "./model-file";

type Message =
  | { contents: Omit<ModelContents, "movies">; movies: string; ratingsByItem: RatingsByRow }
  | { code: ErrorCode; message: string; mend: string }
  | { unforeseen: unknown };

/**
 * `loadModel` in a thread of its own: reading and checking a large model takes seconds, in which this thread goes on
 * answering. Columns come over without a copy. Throws what `loadModel` throws, and THREAD_FAILED when the thread ends
 * without an answer, as it does when there is no memory for it.
 */
export async function loadModelAside(folder: string): Promise<LoadedModel> {
  const worker = new Worker(__filename, { workerData: folder });
  const message = await new Promise<Message>((resolve, reject) => {
    const failed = (why: string, cause?: unknown): void =>
      reject(new WorkspaceError("THREAD_FAILED", `${folder}: the thread that loads it ${why}`, { cause }));
    worker.once("message", resolve);
    worker.once("error", (error) => failed(`failed: ${error.message}`, error));
    worker.once("exit", (code) => failed(`ended with code ${code}`));
  });
  if ("unforeseen" in message) throw message.unforeseen;
  if ("code" in message) throw new WorkspaceError(message.code, message.message, { mend: message.mend });
  const movies = new Map(JSON.parse(message.movies) as [number, Movie][]);
  return modelOf({ ...message.contents, movies }, message.ratingsByItem);
}

async function read(folder: string): Promise<void> {
  const port = parentPort!;
  const send = (message: Message, columns: ArrayBuffer[] = []): void => port.postMessage(message, columns);
  try {
    const { movies, ...contents } = await readModel(folder);
    const ratingsByItem = transposed(contents.parts.ratings);
    const { parts, listerParts } = contents;
    const columns = [parts, parts.ratings, listerParts ?? {}, listerParts?.weights ?? {}]
      .flatMap((part) => Object.values(part) as unknown[])
      .flatMap((part) =>
        ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer ? [part.buffer] : [],
      );
    // Tens of thousands of small objects come over sooner as text.
    send({ contents, movies: JSON.stringify([...movies]), ratingsByItem }, columns);
  } catch (error) {
    // The class of an error does not survive the way to another thread.
    if (error instanceof WorkspaceError) send({ code: error.code, message: error.message, mend: error.mend });
    else send({ unforeseen: error });
  }
}

if (!isMainThread && parentPort && typeof workerData === "string") void read(workerData);
