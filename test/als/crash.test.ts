import {
  Factorisation,
  loadCheckpoint,
  problemOf,
  saveCheckpoint,
  train,
  completeOptions,
  type TrainHooks,
  type TrainOptions,
} from "@movielens/lib/als";
import { WorkspaceError, type ErrorCode } from "@movielens/lib/data";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

const data = datasetOf(randomMatrix(300, 200, 0.5, 3));

const living = new Set<Worker>();
process.on("worker", (worker) => {
  living.add(worker);
  worker.once("exit", () => living.delete(worker));
});

test.before(async () => {
  // The compiler of these tests may have started a thread of its own.
  await setTimeout(100);
  living.clear();
});

/** The exit of a thread that threw may be told a moment after it is gone. */
async function noneIsLeft(): Promise<void> {
  for (let turn = 0; turn < 1000 && living.size > 0; turn++) await setTimeout(10);
  assert.is(living.size, 0);
}

async function failure(work: Promise<unknown>): Promise<WorkspaceError> {
  try {
    await work;
  } catch (error) {
    return error as WorkspaceError;
  }
  throw new assert.Assertion({
    message: "it should have failed",
    details: "",
    generated: false,
    operator: "throws",
    expects: "an error",
    actual: "none",
  });
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "crash-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const endless: TrainOptions = { feedback: "implicit", rank: 40, iterations: 1e6, solver: "cg" };

test("a living training has threads that this test would see", async () => {
  const problem = problemOf(completeOptions({ feedback: "implicit", rank: 8 }));
  const factorisation = new Factorisation(data, problem, { threads: 2 });
  try {
    await factorisation.solveSide(factorisation.users, "cg");
    assert.is(living.size, 2);
  } finally {
    await factorisation.close();
  }
  await noneIsLeft();
});

test("a thread that throws ends the sweep with a typed error, whatever the others do, and close leaves none", async () => {
  for (const count of [1, 2, 4]) {
    const problem = problemOf(completeOptions({ feedback: "explicit", rank: 16 }));
    const factorisation = new Factorisation(data, problem, { threads: count });
    // A column far outside the memory: the kernel that reads it traps.
    factorisation.users.view.columns[0] = 0x00ffffff;
    const error = await failure(factorisation.solveSide(factorisation.users, "cholesky"));
    assert.instance(error, WorkspaceError);
    assert.is(error.code, "THREAD_FAILED" satisfies ErrorCode);
    assert.match(error.message, "out of bounds");
    assert.instance(error.cause, Error);
    const again = await failure(factorisation.solveSide(factorisation.users, "cholesky"));
    assert.is(again.code, "THREAD_FAILED" satisfies ErrorCode);
    await factorisation.close();
    await noneIsLeft();
  }
});

test("an abort between sweeps or within one rejects the training, leaves no thread and a whole checkpoint", async () => {
  const moments: ((controller: AbortController) => TrainHooks)[] = [
    (controller) => ({ onIteration: ({ iteration }) => iteration === 3 && controller.abort() }),
    (controller) => {
      const timer = setInterval(() => controller.abort(), 60);
      controller.signal.addEventListener("abort", () => clearInterval(timer));
      return {};
    },
  ];
  for (const moment of moments)
    await inFolder(async (folder) => {
      const controller = new AbortController();
      const path = join(folder, "training.checkpoint");
      let saved = 0;
      const error = await failure(
        train(data, endless, {
          ...moment(controller),
          signal: controller.signal,
          threads: 2,
          onCheckpoint: async (checkpoint) => {
            await saveCheckpoint(path, checkpoint);
            saved = checkpoint.iteration;
          },
        }),
      );
      assert.is(error.code, "TRAINING_ABORTED" satisfies ErrorCode);
      await noneIsLeft();
      assert.equal(await readdir(folder), saved === 0 ? [] : ["training.checkpoint"]);
      if (saved > 0) assert.is((await loadCheckpoint(path)).iteration, saved);
    });
});

test("an abort stops a sweep before its last row", async () => {
  const problem = problemOf(completeOptions({ feedback: "explicit", rank: 24 }));
  const factorisation = new Factorisation(data, problem, { threads: 2 });
  try {
    factorisation.stop();
    const { factors } = factorisation.users;
    await factorisation.solveSide(factorisation.users, "cholesky");
    assert.ok(
      factors.every((factor) => factor === 0),
      "users start from zeros, and no row was solved",
    );
  } finally {
    await factorisation.close();
  }
});

test("an error of a hook ends the training with that error and leaves no thread", async () => {
  for (const hooks of [
    {
      onIteration: () => {
        throw new Error("the disk is full");
      },
    },
    { onCheckpoint: () => Promise.reject(new Error("the disk is full")) },
  ]) {
    assert.is((await failure(train(data, endless, { ...hooks, threads: 2 }))).message, "the disk is full");
    await noneIsLeft();
  }
});

test("a checkpoint that cannot be put in place leaves no half-written file beside it", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "training.checkpoint");
    await mkdir(join(path, "in the way"), { recursive: true });
    const error = await failure(
      train(data, endless, { onCheckpoint: (checkpoint) => saveCheckpoint(path, checkpoint) }),
    );
    assert.match(error.message, /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    assert.equal(await readdir(folder), ["training.checkpoint"]);
    await noneIsLeft();
  });
});

test("a training past one WebAssembly memory is refused before a thread starts, and points to Spark", async () => {
  const huge = { ...data, userIds: { length: 2_000_000 } as unknown as Uint32Array };
  const error = await failure(train(huge, { feedback: "explicit", rank: 1024 }, { threads: 2 }));
  assert.is(error.code, "MEMORY_EXCEEDED" satisfies ErrorCode);
  assert.match(
    error.message,
    /^training at rank 1024 on \d+ ratings of 2000000 users and 200 items needs \d+\.\d+ GiB/,
  );
  assert.match(error.mend, /Spark/);
  await noneIsLeft();
});

test.run();
