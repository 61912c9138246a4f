import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An http server on a free port for as long as `work` runs; `requests` lists "METHOD path range". */
export async function withServer<T>(
  handler: Handler,
  work: (origin: string, requests: string[]) => Promise<T>,
): Promise<T> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(
      `${request.method} ${request.url}${request.headers.range ? ` ${request.headers.range}` : ""}`,
    );
    handler(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    return await work(`http://127.0.0.1:${port}`, requests);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

/** How a test's mirror misbehaves. */
export interface MirrorHabits {
  /** Answers every request with the whole file, as if Range had not been asked. */
  ignoresRange?: boolean;
  /** Breaks the first connection after so many bytes. */
  breaksAfter?: number;
  /** Does not say how long the file is. */
  hidesLength?: boolean;
  etag?: string | null;
  /** Text of the .md5 file; null: there is none. */
  md5: string | null;
}

/** A mirror with one zip, whatever its name, and its .md5 file. */
export function mirror(bytes: Buffer, habits: MirrorHabits): Handler {
  let broken = false;
  const etag = habits.etag === undefined ? '"one"' : habits.etag;
  return (request, response) => {
    if (request.url!.endsWith(".md5")) {
      response.statusCode = habits.md5 === null ? 404 : 200;
      return response.end(habits.md5 ?? "not found");
    }
    if (etag !== null) response.setHeader("etag", etag);
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const stale = request.headers["if-range"] !== undefined && request.headers["if-range"] !== etag;
    let start = 0;
    if (range && !stale && !habits.ignoresRange) {
      start = Number(range[1]);
      if (start >= bytes.length) {
        response.writeHead(416, { "content-range": `bytes */${bytes.length}` });
        return response.end();
      }
      response.statusCode = 206;
      response.setHeader("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    }
    // Node adds a length of its own to what is ended in one piece, but not to chunks.
    if (habits.hidesLength) response.setHeader("transfer-encoding", "chunked");
    else response.setHeader("content-length", bytes.length - start);
    if (habits.breaksAfter !== undefined && !broken) {
      broken = true;
      return response.write(bytes.subarray(start, start + habits.breaksAfter), () => {
        setTimeout(() => response.destroy(), 20);
      });
    }
    return response.end(bytes.subarray(start));
  };
}
