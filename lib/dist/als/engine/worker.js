"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const node_worker_threads_1 = require("node:worker_threads");
const kernels_1 = require("./kernels");
const tasks_1 = require("./tasks");
const { module: compiled, memory, scratch } = node_worker_threads_1.workerData;
const kernels = (0, kernels_1.instantiateKernels)(compiled, memory);
const buffer = memory.buffer;
node_worker_threads_1.parentPort.on("message", (task) => node_worker_threads_1.parentPort.postMessage((0, tasks_1.runTask)(kernels, buffer, scratch, task)));
//# sourceMappingURL=worker.js.map