import type { FailedRow, Task } from "./tasks";
import type { ThreadStart } from "./worker";
/** Threads over one shared memory. Each call of `run` gives all of them the same task and waits for all. */
export declare class Pool {
    private readonly workers;
    private failure;
    constructor(starts: ThreadStart[]);
    /** @throws WorkspaceError THREAD_FAILED when a thread threw or ended; the pool is then of no more use and must be closed */
    run(task: Task): Promise<FailedRow | null>;
    private runOn;
    /** Ends all threads; resolves when none is left. */
    close(): Promise<void>;
}
