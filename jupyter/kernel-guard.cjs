/*
 * Preloaded into the kernel by kernel.json. tslab only prints a rejection that nobody awaits and an exception
 * of a timer, and passes the cell; a kernel outlives the program that started it. So here:
 *  - a cell that leaves a rejected promise or an exception behind fails;
 *  - what surfaces between cells, or fails a cell, is written to the file KERNEL_GUARD_LOG (one JSON a line);
 *  - the kernel ends when its parent does, even in the middle of an endless loop;
 *  - the kernel takes all its ports before it reads a message, and ends where one is taken.
 */
const { appendFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { format, inspect } = require("node:util");
const vm = require("node:vm");
const { isMainThread, Worker } = require("node:worker_threads");

const isKernel = isMainThread && process.argv[2] === "kernel" && /[\\/]tslab$/.test(process.argv[1] ?? "");
if (isKernel) {
  const tslab = join(dirname(process.argv[1]), "..", "dist");
  guardCells(require(join(tslab, "executor.js")));
  takePorts(require(join(tslab, "jupyter.js")).ZmqServer.prototype);
  endWithParent();
}

/**
 * tslab answers on sockets that other threads are still binding: where the first question is quicker than the last
 * bind, the answer is lost and a rejection is left. One after the other, in one turn, nothing can come in between.
 */
function takePorts(server) {
  server.bindSocket = async function (socket, port) {
    const { transport, ip } = this.connInfo;
    try {
      socket.bindSync(`${transport}://${ip}:${port}`);
    } catch (error) {
      console.error(`the kernel cannot listen on port ${port}: ${error.message}`);
      process.exit(1);
    }
  };
}

function guardCells(executor) {
  const log = process.env.KERNEL_GUARD_LOG;
  /** Compiled text of each executed cell: a stack trace counts its lines, not those of the TypeScript. */
  const compiled = new Map();
  let cell = 0;
  let strays = 0;

  const record = (kind, error) => {
    if (!log) return;
    const text = stackOf(error);
    const cells = [...text.matchAll(/\bcell-(\d+):/g)].map(([, number]) => Number(number));
    const code = Object.fromEntries([...new Set([...cells, cell])].map((n) => [n, compiled.get(n) ?? ""]));
    appendFileSync(log, JSON.stringify({ kind, cell, text, mend: error?.mend, code }) + "\n");
  };
  const stray = (kind) => (error) => {
    strays++;
    record(kind, error);
  };
  process.on("unhandledRejection", stray("rejection"));
  process.on("uncaughtException", stray("exception"));

  const runInThisContext = vm.runInThisContext;
  vm.runInThisContext = (text, options) => {
    if (!/^\((async )?function\(exports, require\) \{ /.test(text))
      return runInThisContext.call(vm, text, options);
    compiled.set(cell, text);
    return runInThisContext.call(vm, text, { ...options, filename: `cell-${cell}` });
  };

  const createExecutor = executor.createExecutor;
  executor.createExecutor = (rootDir, converters, console) => {
    let shown = [];
    const listening = {
      ...console,
      error: (...values) => {
        shown.push(...values);
        console.error(...values);
      },
    };
    const made = createExecutor(rootDir, converters, listening);
    const execute = made.execute;
    made.execute = async (source) => {
      cell++;
      shown = [];
      const before = strays;
      const ok = await execute(source);
      // Rejections are reported after the microtasks of the cell.
      await new Promise((resolve) => setImmediate(resolve));
      if (!ok) record("failed", shown.find((value) => value instanceof Error) ?? format(...shown));
      return ok && strays === before;
    };
    return made;
  };

  /** Waits for what the cells left running, at most 3 s, so that its errors surface. */
  globalThis.__settle__ = async () => {
    const end = Date.now() + 3000;
    do await new Promise((resolve) => setTimeout(resolve, 200));
    while (Date.now() < end && process.getActiveResourcesInfo().includes("Timeout"));
  };
}

function stackOf(error) {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspect(error);
  const own = error.stack || String(error);
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause)}`;
}

function endWithParent() {
  const watch = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
    }, 1000);`;
  new Worker(watch, { eval: true, execArgv: [], env: {} }).unref();
}
