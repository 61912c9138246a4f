import { train } from "@movielens/lib/als";
import { filterRatings, loadDataset, projectPath, splitRandom, type Split } from "@movielens/lib/data";
import { ofRandomUsers, rankingInTurns, rankingMetrics } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";

let split: Split;
test.before(async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const few = filterRatings(whole, ({ item }) => item < 400);
  split = splitRandom(few, { testShare: 0.2, seed: 1 });
});

test("ranking in turns gives what ranking at once gives, and tells how far it is", async () => {
  const model = await train(split.train, { feedback: "implicit", rank: 4, iterations: 2 });
  const told: number[] = [];
  const found = await rankingInTurns(model, split, {
    k: 5,
    onProgress: ({ done, users }) => told.push(done / users),
  });
  assert.equal(found, rankingMetrics(model, split, { k: 5 }));
  assert.ok(told.length > 1, "more users than a turn has");
  assert.equal(
    told,
    [...told].sort((a, b) => a - b),
  );
  assert.is(told[told.length - 1], 1);
});

test("a raised signal stops the ranking between two turns", async () => {
  const model = await train(split.train, { feedback: "implicit", rank: 2, iterations: 1 });
  const controller = new AbortController();
  let turns = 0;
  const stopped = rankingInTurns(model, split, {
    signal: controller.signal,
    onProgress: () => {
      turns++;
      controller.abort();
    },
  });
  await stopped.then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, "TRAINING_ABORTED"),
  );
  assert.is(turns, 1);
});

test("a share of the users comes with all of their ratings and none of the others'", () => {
  const some = ofRandomUsers(split.test, 0.3, 4);
  const kept = new Set(some.users);
  const all = new Set(split.test.users).size;
  assert.ok(kept.size > 0.15 * all && kept.size < 0.45 * all, `${kept.size} of ${all}`);
  assert.equal(
    some.users,
    split.test.users.filter((user) => kept.has(user)),
  );
  assert.is(some.userIds, split.test.userIds);
  assert.equal(ofRandomUsers(split.test, 0.3, 4).users, some.users);
  assert.is(ofRandomUsers(split.test, 1, 4), split.test);
});

test.run();
