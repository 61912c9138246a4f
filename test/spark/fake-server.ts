import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { arrowStream } from "../../lib/spark/batch";
import { decode, encode } from "../../lib/spark/codec";
import { CALLS, SERVICE, STREAMS, type Message, type MessageName } from "../../lib/spark/protocol";

type Calls = typeof CALLS;
type Streams = typeof STREAMS;
export type Answer = Message<"ExecutePlanResponse">;

/** What a test lets the server do; what it says nothing of is answered as an idle Spark would. */
export type Script = {
  [Name in keyof Calls]?: (
    request: Message<Calls[Name][0]>,
    headers: Metadata,
  ) => Message<Calls[Name][1]> | Promise<Message<Calls[Name][1]>>;
} & {
  [Name in keyof Streams]?: (
    request: Message<Streams[Name][0]>,
    stream: { write: (answer: Answer) => void; cancelled: Promise<void> },
  ) => void | Promise<void>;
};

/** An error as Spark sends it: thrown in a script, it is the answer. */
export class SparkFault extends Error {
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    info?: Record<string, string>,
  ) {
    super(details);
    if (!info) return;
    const value = encode("google.rpc.ErrorInfo", { domain: "org.apache.spark", metadata: info });
    const detail = { type_url: "type.googleapis.com/google.rpc.ErrorInfo", value };
    this.metadata.set(
      "grpc-status-details-bin",
      encode("google.rpc.Status", { code, message: details, details: [detail] }),
    );
  }
}

export const unavailable = (): SparkFault => new SparkFault(status.UNAVAILABLE, "try again");

/** An answer with rows of one column `id`. */
export const rows = (response_id: string, ...ids: number[]): Answer => ({
  response_id,
  arrow_batch: { row_count: String(ids.length), data: arrowStream({ id: Int32Array.from(ids) }) },
});

export const COMPLETE: Answer = { response_id: "last", result_complete: {} };

/** A server that speaks Spark Connect and does what a test's script says. */
export class FakeServer {
  /** Names of the calls that came, with what they asked, and for how long the client waits, in milliseconds. */
  readonly seen: { name: string; request: Record<string, unknown>; waits: number }[] = [];
  private readonly server = new Server();
  url = "";

  static async start(script: Script, tls?: { key: Buffer; cert: Buffer }): Promise<FakeServer> {
    const fake = new FakeServer(script);
    const credentials = tls
      ? ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }])
      : ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) =>
      fake.server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    fake.url = `sc://127.0.0.1:${port}`;
    return fake;
  }

  private constructor(script: Script) {
    const handlers = script as Record<string, ((request: unknown, more: unknown) => unknown) | undefined>;
    const idle: Record<string, object> = { AnalyzePlan: { spark_version: { version: "4.2.1" } } };
    const wire = (name: string, [asked, answered]: readonly [MessageName, MessageName], stream: boolean) => ({
      path: `/${SERVICE}/${name}`,
      requestStream: false,
      responseStream: stream,
      requestDeserialize: (bytes: Buffer) => decode(asked, bytes),
      requestSerialize: (message: object) => encode(asked, message as never),
      responseDeserialize: (bytes: Buffer) => decode(answered, bytes),
      responseSerialize: (message: object) => encode(answered, message as never),
    });
    type Asked = Record<string, unknown>;
    const once =
      (name: string) =>
      (call: ServerUnaryCall<Asked, object>, done: sendUnaryData<object>): void => {
        this.seen.push({ name, request: call.request, waits: Number(call.getDeadline()) - Date.now() });
        const answer = async (): Promise<unknown> =>
          (await handlers[name]?.(call.request, call.metadata)) ?? idle[name] ?? {};
        answer().then(
          (message) => done(null, message as object),
          (error: SparkFault) => done(error),
        );
      };
    const streamed =
      (name: string) =>
      (call: ServerWritableStream<Asked, object>): void => {
        this.seen.push({ name, request: call.request, waits: Infinity });
        const cancelled = new Promise<void>((resolve) => call.once("cancelled", resolve));
        const run = async (): Promise<unknown> =>
          handlers[name]?.(call.request, { write: (answer: object) => call.write(answer), cancelled });
        run().then(
          () => call.end(),
          (error: SparkFault) => call.emit("error", error),
        );
      };
    const entries = [
      ...Object.entries(CALLS).map(([name, types]) => [name, wire(name, types, false), once(name)] as const),
      ...Object.entries(STREAMS).map(
        ([name, types]) => [name, wire(name, types, true), streamed(name)] as const,
      ),
    ];
    this.server.addService(
      Object.fromEntries(entries.map(([name, definition]) => [name, definition])),
      Object.fromEntries(entries.map(([name, , handler]) => [name, handler])) as never,
    );
  }

  /** The names of the calls that came, without those of opening and ending a session. */
  get calls(): string[] {
    return this.seen
      .map(({ name }) => name)
      .filter((name) => !["AnalyzePlan", "ReleaseSession"].includes(name));
  }

  count(name: string): number {
    return this.seen.filter((call) => call.name === name).length;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

/**
 * Passes everything on to a server until `stop`: then connections break, and new ones are accepted but hear nothing,
 * as of a process that is stopped.
 */
export async function withStop<T>(
  server: FakeServer,
  work: (url: string, stop: () => void) => Promise<T>,
): Promise<T> {
  const sockets: Socket[] = [];
  let stopped = false;
  const proxy = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    if (stopped) return;
    const onward = connect(Number(new URL(server.url).port), "127.0.0.1").on("error", () => undefined);
    sockets.push(onward);
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const breakAll = (): void => sockets.forEach((socket) => socket.destroy());
  const stop = (): void => {
    stopped = true;
    breakAll();
  };
  try {
    return await work(`sc://127.0.0.1:${(proxy.address() as AddressInfo).port}`, stop);
  } finally {
    breakAll();
    proxy.close();
  }
}
