import { createServer as createPlain, request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Server } from "node:net";

/** What stands between a client and the server, to make the server look worse, or safer, than it is. */
export interface ProxyOptions {
  /** What each request waits for before it is passed on. */
  hold?: (path: string) => Promise<unknown> | undefined;
  /** Answers in place of the server; null to pass the request on. */
  instead?: (path: string) => { status: number; headers?: Record<string, string>; body: unknown } | null;
  /** PEM: serves over TLS. */
  tls?: { key: string; cert: string };
}

export interface Proxy {
  url: string;
  close(): void;
}

export async function proxyTo(target: string, { hold, instead, tls }: ProxyOptions): Promise<Proxy> {
  const handle = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const path = incoming.url!;
    await hold?.(path);
    const own = instead?.(path);
    if (own) {
      incoming.resume();
      answer.writeHead(own.status, {
        "content-type": "application/json",
        "x-elastic-product": "Elasticsearch",
        ...own.headers,
      });
      answer.end(JSON.stringify(own.body));
      return;
    }
    if (answer.destroyed) return;
    const passed = request(
      new URL(path, target),
      { method: incoming.method, headers: incoming.headers },
      (reply) => {
        answer.writeHead(reply.statusCode!, reply.headers);
        reply.pipe(answer);
      },
    );
    passed.on("error", () => answer.destroy());
    // Of a client that has hung up nothing more comes: the server would wait for the rest, and this process with it.
    answer.on("close", () => passed.destroy());
    incoming.pipe(passed);
  };
  const listener = (incoming: IncomingMessage, answer: ServerResponse): void => void handle(incoming, answer);
  const server: Server & { closeAllConnections?(): void } = tls
    ? createSecure(tls, listener)
    : createPlain(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections?.();
    },
  };
}
