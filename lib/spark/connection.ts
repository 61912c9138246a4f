import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Client,
  connectivityState,
  credentials,
  Metadata,
  type CallOptions,
  type ClientReadableStream,
} from "@grpc/grpc-js";
import { WorkspaceError } from "../errors";
import { isLoopback, type SparkAddress } from "./address";
import { decode, encode } from "./codec";
import { describeFailure, errorInfo, isServiceError, isSilence, mayPass, silence, tooLarge } from "./failure";
import { CALLS, SERVICE, STREAMS, type Command, type Message, type MessageName } from "./protocol";

/** How far an operation is. Spark makes stages as it goes: totals grow. */
export interface SparkProgress {
  stages: number;
  stagesDone: number;
  tasks: number;
  tasksDone: number;
  /** Tasks that run just now. */
  running: number;
  /** Read by all stages so far, in bytes. */
  bytesRead: number;
}

/** For whoever waits for an operation. */
export interface WaitOptions {
  /** Called every few seconds while Spark runs tasks. */
  onProgress?: (progress: SparkProgress) => void;
  /** Raised, it interrupts the operation on the server; SPARK_ABORTED is thrown. */
  signal?: AbortSignal;
}

export interface ConnectionOptions {
  /** Certificate authorities for TLS in PEM, in place of the usual ones. */
  authorities?: Buffer;
  /** How long it is tried again while nobody answers, in milliseconds; no single try to connect takes longer. */
  patienceMs: number;
}

type Calls = typeof CALLS;
type Streams = typeof STREAMS;
type Request<Pair extends readonly [MessageName, MessageName]> = Omit<
  Message<Pair[0]>,
  "session_id" | "user_context" | "client_type" | "client_observed_server_side_session_id"
>;
export type Response = Message<"ExecutePlanResponse">;

const CLIENT = "movielens-workspace";
/** Of the waits between two tries, in milliseconds: the first, the factor, the longest. */
const BACKOFF = { first: 50, factor: 2, longest: 5_000 };
/**
 * A connection whose other end is gone without a word is noticed by HTTP/2 pings. A server of gRPC-Java takes pings
 * more often than every five minutes for abuse, unless it sent something in between: the answer to a heartbeat.
 * Heartbeats also keep a session alive whose client is busy with its own work.
 */
const PING_MS = 45_000;
const PING_TIMEOUT_MS = 20_000;
const HEARTBEAT_MS = 20_000;
/**
 * gRPC sets no limit itself: it waits for minutes where a firewall drops what is sent, and for ever for a server that
 * accepts the connection and is stopped or out of memory. Once there is a connection, the pings notice.
 */
const CONNECT_MS = 5_000;
/** A stream that fails after this was no failed try. Longer than a try to connect takes. */
const HELD_MS = 30_000;
/** A stream that the server ends after this was no failed try, although it brought nothing. */
const SERVED_MS = 1_000;
/** How long the tidying up after an operation may take: each call, and each while nobody answers. */
const RELEASE_MS = 10_000;
const RELEASE_LOST_MS = 1_000;

/** One session's way to its server: calls, tried again while nobody answers, and operations that survive a cut stream. */
export class Connection {
  private readonly client: Client;
  private readonly metadata = new Metadata();
  private readonly heartbeat: NodeJS.Timeout;
  private serverSessionId: string | undefined;
  private closed = false;
  /** It was not answered, not even after all patience, and nothing has been heard since. */
  private lost = false;
  readonly where: string;

  constructor(
    private readonly address: SparkAddress,
    private readonly options: ConnectionOptions,
  ) {
    const { host, port, tls, token, headers, maxMessageBytes } = address;
    this.where = `Spark at ${host}:${port}`;
    for (const [name, value] of Object.entries(headers)) this.metadata.set(name, value);
    if (token !== null) this.metadata.set("authorization", `Bearer ${token}`);
    this.client = new Client(
      `${host}:${port}`,
      tls ? credentials.createSsl(options.authorities) : credentials.createInsecure(),
      {
        "grpc.max_receive_message_length": maxMessageBytes,
        "grpc.max_send_message_length": -1,
        "grpc.keepalive_time_ms": PING_MS,
        "grpc.keepalive_timeout_ms": PING_TIMEOUT_MS,
        "grpc.initial_reconnect_backoff_ms": 200,
        "grpc.max_reconnect_backoff_ms": BACKOFF.longest,
        "grpc.enable_http_proxy": isLoopback(host) ? 0 : 1,
        // Sessions of one process must not share a connection that one of them closes.
        "grpc.use_local_subchannel_pool": 1,
      },
    );
    // One that fails says nothing that the next call would not say.
    this.heartbeat = setInterval(() => {
      this.once("AnalyzePlan", { spark_version: {} }, HEARTBEAT_MS).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  /** One call. @throws WorkspaceError as the catalogue's SPARK_… say */
  async call<Name extends keyof Calls>(
    name: Name,
    request: Request<Calls[Name]>,
    patienceMs: number = this.options.patienceMs,
  ): Promise<Message<Calls[Name][1]>> {
    const retry = new Backoff(patienceMs);
    for (;;) {
      try {
        await this.connected();
        return await this.once(name, request);
      } catch (error) {
        if (!mayPass(error) || !(await retry.wait())) throw await this.failure(error);
      }
    }
  }

  /**
   * Runs a plan and yields what the server answers. The stream may be cut, by the server after two minutes or by the
   * network: it is taken up again behind the last answer. Left early or aborted, the operation ends on the server.
   * @throws WorkspaceError as the catalogue's SPARK_… say
   */
  async *execute(plan: Message<"Plan">, { signal, onProgress }: WaitOptions = {}): AsyncGenerator<Response> {
    const operation_id = randomUUID();
    const begin = (): ClientReadableStream<Response> =>
      this.stream("ExecutePlan", {
        operation_id,
        plan,
        request_options: [{ reattach_options: { reattachable: true } }],
      });
    let last: string | undefined;
    const again = (): ClientReadableStream<Response> =>
      this.stream("ReattachExecute", { operation_id, last_response_id: last });
    const retry = new Backoff(this.options.patienceMs);
    let complete = false;
    let stream: ClientReadableStream<Response> | undefined;
    const onAbort = (): void => stream?.cancel();
    signal?.addEventListener("abort", onAbort);
    try {
      for (let open = begin; !complete;) {
        if (signal?.aborted) throw this.aborted();
        try {
          await this.connected();
          const opened = performance.now();
          stream = open();
          for await (const response of stream as AsyncIterable<Response>) {
            retry.reset();
            last = response.response_id ?? last;
            this.heard(response);
            if (response.result_complete) complete = true;
            else if (response.execution_progress) onProgress?.(progressOf(response.execution_progress));
            else yield response;
            // The server keeps what it sent for a client that asks again, until it is told not to.
            if (response.arrow_batch && !complete) this.releaseUntil(operation_id, last!);
            if (signal?.aborted) throw this.aborted();
          }
          if (performance.now() - opened > SERVED_MS) retry.reset();
          // It is asked again, but not without a pause, and not for ever.
          if (!complete) throw silence("the answer ends before it is complete");
        } catch (error) {
          if (signal?.aborted) throw this.aborted();
          // The server has never heard of the operation: the first call did not reach it. Or it did, only late.
          if (last === undefined && has(error, UNKNOWN_OPERATION)) open = begin;
          else if (mayPass(error) || has(error, ["INVALID_HANDLE.OPERATION_ALREADY_EXISTS"])) open = again;
          else throw error;
          if (!(await retry.wait(signal))) throw error;
        }
      }
    } catch (error) {
      throw await this.failure(error);
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (!complete) {
        stream?.cancel();
        await this.tidy("Interrupt", { interrupt_type: "INTERRUPT_TYPE_OPERATION_ID", operation_id });
      }
      await this.tidy("ReleaseExecute", { operation_id, release_all: {} });
    }
  }

  /** Runs a command; its last answer that says anything. */
  async run(command: Command, wait: WaitOptions = {}): Promise<Response> {
    let last: Response = {};
    for await (const response of this.execute({ command }, wait))
      if (response.sql_command_result || response.ml_command_result || response.checkpoint_command_result)
        last = response;
    return last;
  }

  /** Runs a command of machine learning. */
  async ml(ml_command: Command["ml_command"], wait: WaitOptions = {}): Promise<Message<"MlCommandResult">> {
    return (await this.run({ ml_command }, wait)).ml_command_result ?? {};
  }

  /** Ends the session on the server, with all that it holds there, and the connection. Never throws. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.heartbeat);
    await this.tidy("ReleaseSession", {});
    this.client.close();
  }

  private aborted(why = "the operation was stopped"): WorkspaceError {
    return new WorkspaceError("SPARK_ABORTED", `${this.where}: ${why}`);
  }

  /** Waits for a connection, or for the word that there is none, with which the next call fails. */
  private async connected(): Promise<void> {
    const limitMs = Math.min(CONNECT_MS, this.options.patienceMs);
    const channel = this.client.getChannel();
    for (const deadline = Date.now() + limitMs; ;) {
      if (this.closed) throw this.aborted("the session has been closed");
      // The first answer is of the moment before this made it connect.
      channel.getConnectivityState(true);
      const state = channel.getConnectivityState(false);
      if (state === connectivityState.READY || state === connectivityState.TRANSIENT_FAILURE) return;
      await new Promise<void>((resolve, reject) =>
        channel.watchConnectivityState(state, deadline, (late) =>
          late ? reject(silence(`no connection within ${limitMs / 1000} s`)) : resolve(),
        ),
      );
    }
  }

  private heard({ server_side_session_id }: { server_side_session_id?: string }): void {
    this.lost = false;
    this.serverSessionId = server_side_session_id ?? this.serverSessionId;
  }

  /** A call whose failure changes nothing: the server tidies up by itself, only later. */
  private async tidy<Name extends keyof Calls>(name: Name, request: Request<Calls[Name]>): Promise<void> {
    await this.once(name, request, this.lost ? RELEASE_LOST_MS : RELEASE_MS).catch(
      (error: unknown) => (this.lost ||= isSilence(error)),
    );
  }

  private releasing = false;

  private releaseUntil(operation_id: string, response_id: string): void {
    if (this.releasing) return;
    this.releasing = true;
    void this.tidy("ReleaseExecute", { operation_id, release_until: { response_id } }).then(
      () => (this.releasing = false),
    );
  }

  private complete<Name extends MessageName>(name: Name, request: object): Buffer {
    const { sessionId, userId, maxMessageBytes } = this.address;
    const whole = {
      session_id: sessionId,
      user_context: { user_id: userId, user_name: userId },
      client_type: CLIENT,
      // By this the server sees that it has been started again, and says so. To a release, which has no such field,
      // it is not sent.
      client_observed_server_side_session_id: this.serverSessionId,
      ...request,
    };
    const bytes = encode(name, whole as Message<Name>);
    if (bytes.length > maxMessageBytes)
      throw tooLarge(
        `${this.where}: a message of ${bytes.length} bytes; a server takes ${maxMessageBytes} at most`,
      );
    return bytes;
  }

  private async once<Name extends keyof Calls>(
    name: Name,
    request: Request<Calls[Name]>,
    deadlineMs?: number,
  ): Promise<Message<Calls[Name][1]>> {
    const [asked, answered] = CALLS[name];
    const callOptions: CallOptions = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    const bytes = this.complete(asked, request);
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        `/${SERVICE}/${name}`,
        (message: Buffer) => message,
        (answer: Buffer) => decode<Calls[Name][1]>(answered, answer),
        bytes,
        this.metadata,
        callOptions,
        (error, answer) => {
          if (error) return reject(error);
          this.heard(answer!);
          resolve(answer!);
        },
      );
    });
  }

  private stream<Name extends keyof Streams>(
    name: Name,
    request: Request<Streams[Name]>,
  ): ClientReadableStream<Response> {
    const [asked, answered] = STREAMS[name];
    const stream = this.client.makeServerStreamRequest(
      `/${SERVICE}/${name}`,
      (message: Buffer) => message,
      (answer: Buffer) => decode(answered, answer),
      this.complete(asked, request),
      this.metadata,
    );
    // An error after its reader has left is nobody's, and would end the process.
    return stream.on("error", () => undefined);
  }

  private async failure(error: unknown): Promise<unknown> {
    const error_id = isServiceError(error) ? errorInfo(error).errorId : undefined;
    const details = error_id
      ? await this.once("FetchErrorDetails", { error_id }, RELEASE_MS).catch(() => undefined)
      : undefined;
    this.lost ||= isSilence(error);
    return describeFailure(error, this.where, details);
  }
}

/** Waits that grow, with chance in them so that many clients do not come back at once; until patience ends. */
class Backoff {
  private tries = 0;
  private since = 0;
  private waited = 0;

  constructor(private readonly patienceMs: number) {}

  /** There was an answer: patience begins anew. */
  reset(): void {
    this.tries = 0;
  }

  /** @returns false when patience has ended */
  async wait(signal?: AbortSignal): Promise<boolean> {
    const now = performance.now();
    // A silent stream that held for so long was no failed try.
    if (now - this.waited > HELD_MS) this.reset();
    if (this.tries === 0) this.since = now;
    const left = this.patienceMs - (now - this.since);
    if (left <= 0 || signal?.aborted) return false;
    const wait = Math.min(BACKOFF.longest, BACKOFF.first * BACKOFF.factor ** this.tries++);
    await sleep(Math.min(left, wait * (0.5 + Math.random() / 2)), undefined, { signal }).catch(
      () => undefined,
    );
    this.waited = performance.now();
    return true;
  }
}

const UNKNOWN_OPERATION = ["INVALID_HANDLE.OPERATION_NOT_FOUND", "INVALID_HANDLE.SESSION_NOT_FOUND"];

const has = (error: unknown, classes: readonly string[]): boolean =>
  isServiceError(error) && classes.includes(errorInfo(error).errorClass ?? "");

function progressOf({
  stages = [],
  num_inflight_tasks = "0",
}: Message<"ExecutePlanResponse.ExecutionProgress">): SparkProgress {
  const sum = (of: (stage: (typeof stages)[number]) => string | undefined): number =>
    stages.reduce((total, stage) => total + Number(of(stage) ?? 0), 0);
  return {
    stages: stages.length,
    stagesDone: stages.filter(({ done }) => done).length,
    tasks: sum(({ num_tasks }) => num_tasks),
    tasksDone: sum(({ num_completed_tasks }) => num_completed_tasks),
    running: Number(num_inflight_tasks),
    bytesRead: sum(({ input_bytes_read }) => input_bytes_read),
  };
}
