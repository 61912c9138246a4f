"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Pool = void 0;
const node_path_1 = require("node:path");
const node_worker_threads_1 = require("node:worker_threads");
const data_1 = require("../../data");
/** Threads over one shared memory. Each call of `run` gives all of them the same task and waits for all. */
class Pool {
    workers;
    failure;
    constructor(starts) {
        this.workers = starts.map((workerData) => {
            const worker = new node_worker_threads_1.Worker((0, node_path_1.join)(__dirname, "worker.js"), { workerData });
            worker.on("error", (error) => (this.failure = error));
            return worker;
        });
    }
    /** @throws WorkspaceError THREAD_FAILED when a thread threw or ended; the pool is then of no more use and must be closed */
    async run(task) {
        const results = await Promise.all(this.workers.map((worker) => this.runOn(worker, task))).catch((cause) => {
            throw new data_1.WorkspaceError("THREAD_FAILED", `a thread of the engine failed: ${cause.message}`, {
                cause,
            });
        });
        // Rows are taken in ascending order: the least that failed is the same with any number of threads.
        return results.reduce((least, result) => (result && (!least || result.row < least.row) ? result : least), null);
    }
    runOn(worker, task) {
        return new Promise((resolve, reject) => {
            if (this.failure)
                return reject(this.failure);
            const settle = (act) => {
                worker.off("message", done).off("error", failed).off("exit", gone);
                act();
            };
            const done = (result) => settle(() => resolve(result));
            const failed = (error) => settle(() => reject(error));
            const gone = (code) => settle(() => reject(new Error(`a thread ended with code ${code}`)));
            worker.on("message", done).on("error", failed).on("exit", gone);
            worker.postMessage(task);
        });
    }
    /** Ends all threads; resolves when none is left. */
    async close() {
        await Promise.all(this.workers.map((worker) => worker.terminate()));
    }
}
exports.Pool = Pool;
//# sourceMappingURL=pool.js.map