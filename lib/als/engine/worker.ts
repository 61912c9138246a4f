import { parentPort, workerData } from "node:worker_threads";
import { instantiateKernels, type CompiledModule, type SharedMemory } from "./kernels";
import { runTask, type Task } from "./tasks";

/** What a thread starts with. */
export interface ThreadStart {
  module: CompiledModule;
  memory: SharedMemory;
  scratch: number;
}

const { module: compiled, memory, scratch } = workerData as ThreadStart;
const kernels = instantiateKernels(compiled, memory);
const buffer = memory.buffer as unknown as SharedArrayBuffer;

parentPort!.on("message", (task: Task) => parentPort!.postMessage(runTask(kernels, buffer, scratch, task)));
