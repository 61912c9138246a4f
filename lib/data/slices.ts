import { setImmediate } from "node:timers/promises";

/** Longer than this, in milliseconds, nothing else should have to wait. */
const SLICE = 4;

/** Work that yields wherever it may be interrupted, and returns its result. */
export type SlicedWork<T> = Generator<void, T, void>;

/** Does the work without a pause. */
export function atOnce<T>(work: SlicedWork<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Does the work in slices of a few milliseconds, between which whatever else the process has to do comes first. */
export async function inSlices<T>(work: SlicedWork<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE;
    do {
      const step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await setImmediate();
  }
}
