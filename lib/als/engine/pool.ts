import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { WorkspaceError } from "../../data";
import type { FailedRow, Task } from "./tasks";
import type { ThreadStart } from "./worker";

/** Threads over one shared memory. Each call of `run` gives all of them the same task and waits for all. */
export class Pool {
  private readonly workers: Worker[];
  private failure: Error | undefined;

  constructor(starts: ThreadStart[]) {
    this.workers = starts.map((workerData) => {
      const worker = new Worker(join(__dirname, "worker.js"), { workerData });
      worker.on("error", (error: Error) => (this.failure = error));
      return worker;
    });
  }

  /** @throws WorkspaceError THREAD_FAILED when a thread threw or ended; the pool is then of no more use and must be closed */
  async run(task: Task): Promise<FailedRow | null> {
    const results = await Promise.all(this.workers.map((worker) => this.runOn(worker, task))).catch(
      (cause: Error) => {
        throw new WorkspaceError("THREAD_FAILED", `a thread of the engine failed: ${cause.message}`, {
          cause,
        });
      },
    );
    // Rows are taken in ascending order: the least that failed is the same with any number of threads.
    return results.reduce(
      (least, result) => (result && (!least || result.row < least.row) ? result : least),
      null,
    );
  }

  private runOn(worker: Worker, task: Task): Promise<FailedRow | null> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      const settle = (act: () => void): void => {
        worker.off("message", done).off("error", failed).off("exit", gone);
        act();
      };
      const done = (result: FailedRow | null): void => settle(() => resolve(result));
      const failed = (error: Error): void => settle(() => reject(error));
      const gone = (code: number): void =>
        settle(() => reject(new Error(`a thread ended with code ${code}`)));
      worker.on("message", done).on("error", failed).on("exit", gone);
      worker.postMessage(task);
    });
  }

  /** Ends all threads; resolves when none is left. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
