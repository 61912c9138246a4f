import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { status, type Metadata } from "@grpc/grpc-js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withSpark, type SparkProgress, type SparkSession } from "@movielens/lib/spark";
import { errorOf } from "../data/support";
import { COMPLETE, FakeServer, rows, SparkFault, unavailable, withStop, type Script } from "./fake-server";

/** A session with a server that follows the script. */
async function scripted<T>(
  script: Script,
  work: (session: SparkSession, server: FakeServer) => Promise<T>,
  { parameters = "", patience = 5 }: { parameters?: string; patience?: number } = {},
): Promise<T> {
  const server = await FakeServer.start(script);
  try {
    return await withSpark(`${server.url}/;${parameters}`, (session) => work(session, server), { patience });
  } finally {
    server.stop();
  }
}

const idsOf = async (session: SparkSession): Promise<unknown[]> =>
  (await session.sql("SELECT id").collect()).map(({ id }) => id);

test("a stream that the server ends too early is taken up behind the last answer", async () => {
  const asked: unknown[] = [];
  const script: Script = {
    ExecutePlan(_, stream) {
      stream.write(rows("a", 1, 2));
      stream.write(rows("b", 3));
    },
    ReattachExecute({ last_response_id, operation_id }, stream) {
      asked.push(last_response_id);
      if (asked.length === 1) return stream.write(rows("c", 4));
      assert.ok(operation_id);
      stream.write(rows("d", 5));
      stream.write(COMPLETE);
    },
  };
  await scripted(script, async (session, server) => {
    assert.equal(await idsOf(session), [1, 2, 3, 4, 5]);
    assert.equal(asked, ["b", "c"]);
    assert.is(server.count("ExecutePlan"), 1);
    const operations = server.seen.map(({ request }) => request.operation_id).filter(Boolean);
    assert.is(new Set(operations).size, 1);
    const { request } = server.seen.at(-1)!;
    assert.ok(request.release_all, "what the server keeps of the operation is released");
  });
});

test("a connection that breaks in the middle of an answer loses and repeats nothing", async () => {
  let breaks = 0;
  await scripted(
    {
      ExecutePlan(_, stream) {
        stream.write(rows("a", 1));
        throw unavailable();
      },
      ReattachExecute({ last_response_id }, stream) {
        assert.is(last_response_id, "a");
        if (++breaks < 4) throw unavailable();
        stream.write(rows("b", 2));
        stream.write(COMPLETE);
      },
    },
    async (session) => assert.equal(await idsOf(session), [1, 2]),
  );
  assert.is(breaks, 4);
});

test("an operation that never reached the server is sent again, by the same name", async () => {
  let tries = 0;
  await scripted(
    {
      ExecutePlan(_, stream) {
        if (++tries === 1) throw unavailable();
        stream.write(rows("a", 7));
        stream.write(COMPLETE);
      },
      ReattachExecute() {
        const errorClass = "INVALID_HANDLE.OPERATION_NOT_FOUND";
        throw new SparkFault(status.INTERNAL, `[${errorClass}]`, { errorClass });
      },
    },
    async (session, server) => {
      assert.equal(await idsOf(session), [7]);
      const sent = server.seen.filter(({ name }) => name === "ExecutePlan");
      assert.is(sent.length, 2);
      assert.is(sent[0].request.operation_id, sent[1].request.operation_id);
    },
  );
});

test("an operation that reached the server after all is taken up, not done twice", async () => {
  let tries = 0;
  await scripted(
    {
      ExecutePlan() {
        if (++tries === 1) throw unavailable();
        const errorClass = "INVALID_HANDLE.OPERATION_ALREADY_EXISTS";
        throw new SparkFault(status.INTERNAL, `[${errorClass}]`, { errorClass });
      },
      ReattachExecute(_, stream) {
        const errorClass = "INVALID_HANDLE.OPERATION_NOT_FOUND";
        if (tries === 1) throw new SparkFault(status.INTERNAL, `[${errorClass}]`, { errorClass });
        stream.write(rows("a", 8));
        stream.write(COMPLETE);
      },
    },
    async (session) => assert.equal(await idsOf(session), [8]),
  );
});

test("calls that are answered once are tried again too", async () => {
  let tries = 0;
  await scripted(
    {
      Config() {
        if (++tries < 3) throw unavailable();
        return { pairs: [{ key: "k", value: "v" }] };
      },
    },
    async (session) => assert.is(await session.conf("k"), "v"),
  );
  assert.is(tries, 3);
});

test("when patience ends, the error says where nobody answers", async () => {
  const script: Script = {
    ExecutePlan() {
      throw unavailable();
    },
    ReattachExecute() {
      throw unavailable();
    },
  };
  const run = scripted(script, idsOf, { patience: 0.3 });
  assert.match((await errorOf("SPARK_UNREACHABLE", () => run)).message, /Spark at 127\.0\.0\.1:\d+/);

  const server = await FakeServer.start({});
  server.stop();
  const nobody = withSpark(server.url, idsOf, { patience: 0.3 });
  assert.match((await errorOf("SPARK_UNREACHABLE", () => nobody)).mend, "npm run spark:up");
});

test("a server that accepts connections and then says nothing is not waited for without end", async () => {
  const server = await FakeServer.start({});
  try {
    await withStop(server, async (url, stop) => {
      const work = async (session: SparkSession): Promise<void> => {
        stop();
        for (const asked of [() => session.conf("k"), () => idsOf(session)])
          assert.match((await errorOf("SPARK_UNREACHABLE", asked)).message, "no connection within 0.3 s");
      };
      await withSpark(url, work, { patience: 0.3 });
      const late = withSpark(url, idsOf, { patience: 0.3 });
      assert.match((await errorOf("SPARK_UNREACHABLE", () => late)).message, "no connection within 0.3 s");
    });
  } finally {
    server.stop();
  }
});

test("a server that ends every stream at once without an answer is not asked without end", async () => {
  await scripted(
    {},
    async (session, server) => {
      const error = await errorOf("SPARK_UNREACHABLE", () => idsOf(session));
      assert.match(error.message, "before it is complete");
      assert.is(server.count("ExecutePlan"), 1);
      assert.ok(server.count("ReattachExecute") > 1, "it is asked again");
    },
    { patience: 0.3 },
  );
});

test("a stream that was kept for a while and brought nothing does not wear patience out", async () => {
  let streams = 0;
  const held = async (_: unknown, stream: { write: (answer: typeof COMPLETE) => void }): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    if (++streams === 3) [rows("a", 1), COMPLETE].forEach((answer) => stream.write(answer));
  };
  const script: Script = { ExecutePlan: held, ReattachExecute: held };
  await scripted(script, async (session) => assert.equal(await idsOf(session), [1]), { patience: 0.5 });
});

test("a session that is closed says so to whoever goes on with it, and can be closed again", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await scripted(
    {
      async ExecutePlan() {
        await released;
        throw unavailable();
      },
      ReleaseSession() {
        release();
        return {};
      },
    },
    async (session, server) => {
      const outliving = errorOf("SPARK_ABORTED", () => idsOf(session));
      while (server.count("ExecutePlan") === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await session.close();
      assert.match((await outliving).message, "closed");
      await errorOf("SPARK_ABORTED", () => session.conf("k"));
      await session.close();
      assert.is(server.count("ReleaseSession"), 1);
    },
  );
});

test("a server that did not answer is not waited for long to tidy up", async () => {
  const server = await FakeServer.start({
    ExecutePlan() {
      throw unavailable();
    },
    ReattachExecute() {
      throw unavailable();
    },
  });
  const waits = (name: string): number => server.seen.find((call) => call.name === name)!.waits;
  try {
    const lost = withSpark(server.url, idsOf, { patience: 0.2 });
    await errorOf("SPARK_UNREACHABLE", () => lost);
    // A call that is answered, if only a release, shows that the server is back.
    assert.ok(waits("Interrupt") <= 1_000);
    assert.ok(waits("ReleaseSession") > 1_000);
  } finally {
    server.stop();
  }
});

test("an aborted operation is interrupted on the server and released", async () => {
  const abort = new AbortController();
  await scripted(
    {
      async ExecutePlan(_, stream) {
        stream.write(rows("a", 1));
        await stream.cancelled;
      },
    },
    async (session, server) => {
      const read = async (): Promise<void> => {
        for await (const batch of session.sql("SELECT id").batches({ signal: abort.signal })) {
          assert.is(batch.length, 1);
          abort.abort();
        }
      };
      await errorOf("SPARK_ABORTED", () => read());
      assert.equal(server.calls.filter((name) => name !== "ExecutePlan").slice(-2), [
        "Interrupt",
        "ReleaseExecute",
      ]);
      const interrupt = server.seen.find(({ name }) => name === "Interrupt")!.request;
      assert.is(interrupt.interrupt_type, "INTERRUPT_TYPE_OPERATION_ID");
      assert.is(
        interrupt.operation_id,
        server.seen.find(({ name }) => name === "ExecutePlan")!.request.operation_id,
      );
      await errorOf("SPARK_ABORTED", () => session.sql("SELECT id").collect({ signal: abort.signal }));
      assert.is(server.count("ExecutePlan"), 1, "what is aborted already is not sent");
    },
  );
});

test("an operation aborted while the server says nothing ends at once", async () => {
  const abort = new AbortController();
  await scripted({ ExecutePlan: (_, stream) => stream.cancelled }, async (session, server) => {
    const waiting = session.sql("SELECT id").collect({ signal: abort.signal });
    while (server.count("ExecutePlan") === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    abort.abort();
    await errorOf("SPARK_ABORTED", () => waiting);
  });
});

test("a reader that leaves early ends the operation on the server", async () => {
  await scripted(
    {
      async ExecutePlan(_, stream) {
        for (const id of ["a", "b", "c"]) stream.write(rows(id, 1));
        await stream.cancelled;
      },
    },
    async (session, server) => {
      for await (const row of session.sql("SELECT id").rows()) {
        assert.is(row.id, 1);
        break;
      }
      assert.is(server.count("Interrupt"), 1);
      assert.is(server.calls.at(-1), "ReleaseExecute");
    },
  );
});

test("what has been read is released while the rest is still to come", async () => {
  const until: string[] = [];
  let released = (): void => undefined;
  const first = new Promise<void>((resolve) => (released = resolve));
  await scripted(
    {
      async ExecutePlan(_, stream) {
        stream.write(rows("a", 1));
        await first;
        stream.write(rows("b", 2));
        stream.write(COMPLETE);
      },
      ReleaseExecute({ release_until }) {
        if (release_until) until.push(release_until.response_id!);
        released();
        return {};
      },
    },
    async (session) => assert.equal(await idsOf(session), [1, 2]),
  );
  assert.is(until[0], "a");
});

test("an error has Spark's class, SQLSTATE and whole text", async () => {
  await scripted(
    {
      ExecutePlan() {
        throw new SparkFault(status.INTERNAL, "[DIVIDE_BY_ZERO] cut o", {
          errorClass: "DIVIDE_BY_ZERO",
          sqlState: "22012",
          errorId: "e1",
        });
      },
      FetchErrorDetails: ({ error_id }) => ({
        root_error_idx: 1,
        errors: [
          { message: "another" },
          {
            message: `[DIVIDE_BY_ZERO] the whole text of ${error_id}`,
            spark_throwable: { error_class: "DIVIDE_BY_ZERO", sql_state: "22012" },
          },
        ],
      }),
    },
    async (session) => {
      const error = await errorOf("SPARK_FAILED", () => idsOf(session));
      assert.match(error.message, "the whole text of e1");
      assert.equal(error.spark, { errorClass: "DIVIDE_BY_ZERO", sqlState: "22012" });
    },
  );
});

test("an error whose details are gone is told with what came along with it", async () => {
  await scripted(
    {
      ExecutePlan() {
        throw new SparkFault(status.INTERNAL, "[X] text", { errorClass: "X", errorId: "gone" });
      },
      FetchErrorDetails() {
        throw new SparkFault(status.INTERNAL, "no such error");
      },
    },
    async (session) => {
      const error = await errorOf("SPARK_FAILED", () => idsOf(session));
      assert.match(error.message, "[X] text");
      assert.is(error.spark?.errorClass, "X");
    },
  );
});

test("a server that was started again has lost the session, and the error says so", async () => {
  await scripted(
    {
      ExecutePlan({ client_observed_server_side_session_id }) {
        assert.is(client_observed_server_side_session_id, "first life");
        const errorClass = "INVALID_HANDLE.SESSION_CHANGED";
        throw new SparkFault(status.INTERNAL, `[${errorClass}]`, { errorClass, sqlState: "HY000" });
      },
      AnalyzePlan: () => ({ spark_version: { version: "4.2.1" }, server_side_session_id: "first life" }),
    },
    async (session) => {
      const error = await errorOf("SPARK_SESSION_LOST", () => idsOf(session));
      assert.is(error.spark?.sqlState, "HY000");
    },
  );
});

test("a wrong token is refused by name of the server, and never shown", async () => {
  const headers: string[] = [];
  const script: Script = {
    AnalyzePlan(_, metadata: Metadata) {
      headers.push(String(metadata.get("authorization")[0]));
      throw new SparkFault(status.UNAUTHENTICATED, "Invalid authentication token");
    },
  };
  const error = await errorOf("SPARK_REFUSED", () => scripted(script, idsOf, { parameters: "token=s3cret" }));
  assert.equal(headers[0], "Bearer s3cret");
  assert.not.match(`${error.message}${error.mend}`, "s3cret");
});

test("user, session and other parameters of the address reach the server", async () => {
  let cluster: unknown;
  const id = "0a1b2c3d-0000-4000-8000-123456789abc";
  await scripted(
    {
      AnalyzePlan(_, metadata: Metadata) {
        [cluster] = metadata.get("x-cluster");
        return { spark_version: { version: "4.0.0" } };
      },
    },
    async (session, server) => {
      assert.is(session.id, id);
      assert.is(session.version, "4.0.0");
      const { request } = server.seen[0];
      assert.is(request.session_id, id);
      assert.equal(request.user_context, { user_id: "ada", user_name: "ada" });
      assert.is(cluster, "blue moon");
    },
    { parameters: `user_id=ada;session_id=${id};x-cluster=blue%20moon` },
  );
});

test("a message that is too large is explained before it is sent", async () => {
  await scripted(
    {},
    async (session, server) => {
      const frame = session.local({ id: new Float64Array(1000) });
      const error = await errorOf("SPARK_MESSAGE_TOO_LARGE", () => frame.collect());
      assert.match(error.message, /a message of \d{4} bytes; .* 4096 at most/);
      assert.match(error.mend, "Parquet");
      assert.is(server.count("ExecutePlan"), 0);
    },
    { parameters: "grpc_max_message_size=4096" },
  );
});

test("a message that the server finds too large, and an answer that is, are explained alike", async () => {
  const refusing: Script = {
    ExecutePlan() {
      throw new SparkFault(status.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 1: 2");
    },
  };
  await errorOf("SPARK_MESSAGE_TOO_LARGE", () => scripted(refusing, idsOf));
  const talkative: Script = {
    ExecutePlan(_, stream) {
      stream.write(rows("a", ...new Array<number>(2000).fill(1)));
    },
  };
  await errorOf("SPARK_MESSAGE_TOO_LARGE", () =>
    scripted(talkative, idsOf, { parameters: "grpc_max_message_size=4096" }),
  );
});

test("a number that is none, and one that JavaScript would round, are refused", async () => {
  await scripted(
    {
      ExecutePlan(_, stream) {
        stream.write({ response_id: "a", ml_command_result: { param: { long: "9007199254740993" } } });
        stream.write(COMPLETE);
      },
    },
    async (session, server) => {
      for (const wrong of [NaN, [1, NaN], [0.5, Infinity]])
        await errorOf("OPTION_INVALID", () => session.sql("SELECT :n", { n: wrong }));
      assert.is(server.count("ExecutePlan"), 0);
      const answer = await errorOf("DATA_INVALID", () => session.evaluate("E", {}, session.sql("SELECT 1")));
      assert.match(answer.message, "9007199254740993");
    },
  );
});

test("progress adds up the stages", async () => {
  const told: SparkProgress[] = [];
  await scripted(
    {
      ExecutePlan(_, stream) {
        const stages = [
          { stage_id: "1", num_tasks: "4", num_completed_tasks: "4", input_bytes_read: "10", done: true },
          { stage_id: "2", num_tasks: "8", num_completed_tasks: "3", input_bytes_read: "5" },
        ];
        stream.write({ response_id: "p", execution_progress: { stages, num_inflight_tasks: "2" } });
        stream.write(COMPLETE);
      },
    },
    async (session) => {
      await session.sql("SELECT 1").collect({ onProgress: (progress) => told.push(progress) });
    },
  );
  assert.equal(told, [{ stages: 2, stagesDone: 1, tasks: 12, tasksDone: 7, running: 2, bytesRead: 15 }]);
});

test("the session is ended whatever happens in it", async () => {
  const server = await FakeServer.start({});
  try {
    const work = withSpark(server.url, () => Promise.reject(new Error("mine")));
    await work.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, "mine"),
    );
    assert.is(server.count("ReleaseSession"), 1);
  } finally {
    server.stop();
  }
});

test("an idle session tells the server now and then that it lives, until it is closed", async () => {
  const beats: (() => void)[] = [];
  const { setInterval } = globalThis;
  globalThis.setInterval = ((beat: () => void) => {
    const timer = setInterval(() => undefined, 1 << 30);
    beats.push(beat);
    return timer;
  }) as typeof globalThis.setInterval;
  try {
    await scripted({}, async (_, server) => {
      const before = server.count("AnalyzePlan");
      assert.is.not(beats.length, 0);
      for (const beat of beats) beat();
      while (server.count("AnalyzePlan") === before) await new Promise((resolve) => setTimeout(resolve, 10));
    });
  } finally {
    globalThis.setInterval = setInterval;
  }
});

test("over TLS the server must show a certificate of the named authority", async () => {
  const folder = mkdtempSync(join(tmpdir(), "movielens-spark-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const args =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost";
  const more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert];
  try {
    if (spawnSync("openssl", [...args.split(" "), ...more]).status !== 0)
      return console.log("  skipped, because there is no openssl to make a certificate with");
    const pair = { key: readFileSync(key), cert: readFileSync(cert) };
    const server = await FakeServer.start(
      { ExecutePlan: (_, stream) => [rows("a", 5), COMPLETE].forEach((answer) => stream.write(answer)) },
      pair,
    );
    try {
      const remote = `${server.url.replace("127.0.0.1", "localhost")}/;use_ssl=true;token=t`;
      assert.equal(await withSpark(remote, idsOf, { authorities: cert }), [5]);
      await errorOf("SPARK_UNREACHABLE", () => withSpark(remote, idsOf, { patience: 0.3 }));
      await errorOf("SPARK_UNREACHABLE", () => withSpark(server.url, idsOf, { patience: 0.3 }));
      await errorOf("OPTION_INVALID", () => withSpark(remote, idsOf, { authorities: `${cert}.not` }));
    } finally {
      server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
