/*
 * Preloaded into the kernel by kernel.json. tslab only prints a rejection that nobody awaits and an exception
 * of a timer, and passes the cell; a kernel outlives the program that started it. So here:
 *  - a cell that leaves a rejected promise or an exception behind fails;
 *  - what surfaces between cells, or fails a cell, is written to the file KERNEL_GUARD_LOG (one JSON a line);
 *  - the kernel ends when its parent does, even in the middle of an endless loop.
 */
const { appendFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const vm = require("node:vm");
const { isMainThread, Worker } = require("node:worker_threads");

const isKernel = isMainThread && process.argv[2] === "kernel" && /[\\/]tslab$/.test(process.argv[1] ?? "");
if (isKernel) {
  const tslab = join(dirname(process.argv[1]), "..", "dist");
  guardCells(require(join(tslab, "executor.js")));
  endWithParent();
}

function guardCells(executor) {
  const log = process.env.KERNEL_GUARD_LOG;
  const record = (entry) => log && appendFileSync(log, JSON.stringify(entry) + "\n");
  let cell = 0;
  let strays = 0;
  let code = "";

  const stray = (kind) => (error) => {
    strays++;
    record({ kind, cell, text: (error && error.stack) || String(error), code });
  };
  process.on("unhandledRejection", stray("unhandled rejection"));
  process.on("uncaughtException", stray("uncaught exception"));
  process.on("exit", (exitCode) => record({ kind: "exit", cell, text: `exit code ${exitCode}` }));

  // The compiled text of the running cell, whose lines a stack trace counts.
  const runInThisContext = vm.runInThisContext;
  vm.runInThisContext = (text, options) => {
    if (/^\((async )?function\(exports, require\) \{ /.test(text)) code = text;
    return runInThisContext.call(vm, text, options);
  };

  const createExecutor = executor.createExecutor;
  executor.createExecutor = (...args) => {
    const made = createExecutor(...args);
    const execute = made.execute;
    made.execute = async (source) => {
      cell++;
      code = "";
      const before = strays;
      const ok = await execute(source);
      // Rejections are reported after the microtasks of the cell.
      await new Promise((resolve) => setImmediate(resolve));
      if (!ok) record({ kind: "failed", cell, code });
      else if (strays > before) console.error("This cell left a rejected promise or an exception behind.");
      return ok && strays === before;
    };
    return made;
  };
}

function endWithParent() {
  const watch = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
    }, 1000);`;
  new Worker(watch, { eval: true, execArgv: [], env: {} }).unref();
}
