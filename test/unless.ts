import { test } from "uvu";

type Test = (name: string, callback: () => Promise<void> | void) => void;

/** `test`; or, where there is a reason against it, a skipped one after a line that gives the reason. */
export function testUnless(why: string | null): Test {
  if (why === null) return test;
  console.log(`  skipped, because ${why}`);
  return (name, callback) => test.skip(name, callback);
}
