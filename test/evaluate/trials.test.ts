import { filterRatings, loadDataset, projectPath, splitRandom, type Split } from "@movielens/lib/data";
import { ofRandomUsers } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";

let split: Split;
test.before(async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const few = filterRatings(whole, ({ item }) => item < 400);
  split = splitRandom(few, { testShare: 0.2, seed: 1 });
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
