import { popularityScorer, type VisitorScorer } from "@movielens/lib/recommend";
import { ratingsByUser, seededRandom, type Dataset } from "@movielens/lib/data";
import { CHOSEN_STEP, coldStartSteps, measureColdStart, type ColdStartStep } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toyDataset, type ToyRating } from "../toy-data";

// Ten users rate film 1, then film 2, then like film 3 (even users) or film 4 (odd users); film 5 is known to few.
const rows: ToyRating[] = [];
for (let user = 1; user <= 10; user++) {
  rows.push(
    [user, user % 2 === 0 ? 3 : 4, 5, 300],
    [user, 1, 4, 100],
    [user, 2, user % 2 === 0 ? 5 : 1, 200],
  );
  if (user < 3) rows.push([user, 5, 2, 50]);
}
const dataset = toyDataset(rows);
const popular: ColdStartStep = {
  name: "popularity",
  variants: [{ label: "", fit: (train) => popularityScorer({ ratings: ratingsByUser(train) }) }],
};
/** Always puts one film on top. */
const fixed = (movieId: number): ((train: Dataset) => VisitorScorer) => {
  return () => (_, scores) => {
    scores.fill(0);
    scores[dataset.itemIndex.get(movieId)!] = 1;
  };
};
/** Reads the taste off the stars for film 2. */
const knowing: ColdStartStep = {
  name: "knowing",
  variants: [
    { label: "wrong", fit: fixed(5) },
    {
      label: "right",
      fit: () => (given, scores) => {
        scores.fill(0);
        const told = given.find(({ item }) => item === dataset.itemIndex.get(2));
        if (told) scores[dataset.itemIndex.get(told.rating === 5 ? 3 : 4)!] = 1;
      },
    },
  ],
};
const options = { given: [2], k: 1, samples: 50 };
const wanted = dataset.ratings.length;

test("the first n ratings by time are given, the rest is to be found, every user is measured once", async () => {
  const asked: number[][] = [];
  const spying: ColdStartStep = {
    name: "spying",
    variants: [
      {
        label: "",
        fit: () => (given, scores) => {
          asked.push(given.map(({ item }) => dataset.itemIds[item]));
          scores.fill(0);
        },
      },
    ],
  };
  const rowsOf = await measureColdStart(dataset, [popular, spying], options);
  for (const row of rowsOf) {
    assert.is(row.users, 10);
    assert.is(row.usersLeftOut, 0);
    assert.is(row.given, 2);
  }
  // Chosen on once and measured once each; users 1 and 2 began with film 5.
  assert.is(asked.length, 20);
  assert.is(asked.filter((movies) => movies.join() === "1,2").length, 16);
  assert.is(asked.filter((movies) => movies.join() === "5,1").length, 4);
  assert.is(wanted, 32);
});

test("no step learns from the users that it is chosen on or measured with", async () => {
  const trainings: Set<number>[] = [];
  const spying: ColdStartStep = {
    name: "spying",
    variants: [
      {
        label: "",
        fit: (train) => {
          trainings.push(new Set(train.users));
          return (_, scores) => scores.fill(0);
        },
      },
    ],
  };
  await measureColdStart(dataset, [popular, spying], { ...options, folds: 5 });
  // Ten users in five groups of two: six to learn from when choosing, eight when measuring.
  assert.equal(
    trainings.map((users) => users.size),
    [6, 8, 6, 8, 6, 8, 6, 8, 6, 8],
  );
  const measuredOnce = new Map<number, number>();
  for (const users of trainings.filter((_, at) => at % 2 === 1))
    for (let user = 0; user < 10; user++)
      if (!users.has(user)) measuredOnce.set(user, (measuredOnce.get(user) ?? 0) + 1);
  assert.equal([...measuredOnce.values()], new Array(10).fill(1));
});

test("the better setting is chosen on other users, and the better step for the chosen row", async () => {
  const table = await measureColdStart(dataset, [popular, knowing], options);
  const row = (step: string) => table.find((entry) => entry.step === step)!;
  assert.equal(row("knowing").chosen, new Array(5).fill("right"));
  assert.equal(row(CHOSEN_STEP).chosen, new Array(5).fill("knowing: right"));
  // Eight users are told apart by film 2. Users 1 and 2 gave film 5 first, so film 2 is not among theirs: all items tie,
  // and film 2, the first that is not seen, is relevant for user 2 alone.
  assert.ok(Math.abs(row("knowing").ndcg.value - 0.9) < 1e-12);
  assert.is(row(CHOSEN_STEP).ndcg.value, row("knowing").ndcg.value);
});

test("the ratio is of the two means, with its own interval, and null for the first step", async () => {
  const table = await measureColdStart(dataset, [knowing, popular], options);
  const [first, second] = table;
  assert.is(first.ratio, null);
  assert.ok(Math.abs(second.ratio!.value - second.ndcg.value / first.ndcg.value) < 1e-12);
  assert.ok(second.ratio!.low! <= second.ratio!.value && second.ratio!.value <= second.ratio!.high!);
});

test("where the first step finds nothing there is no ratio", async () => {
  const nothing: ColdStartStep = { name: "nothing", variants: [{ label: "", fit: fixed(5) }] };
  const table = await measureColdStart(
    toyDataset(rows.filter(([, movie]) => movie !== 5).concat([[11, 5, 1]])),
    [nothing, knowing],
    { ...options, given: [2], folds: 11 },
  );
  assert.is(table.find(({ step }) => step === "knowing")!.ratio, null);
});

test("users with too few ratings are left out and counted; where nobody is left it is an error", async () => {
  const table = await measureColdStart(dataset, [popular], { ...options, given: [3] });
  // Only users 1 and 2 have a fourth rating.
  assert.is(table[0].users, 2);
  assert.is(table[0].usersLeftOut, 8);
  await measureColdStart(dataset, [popular], { ...options, given: [4] }).then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, "METRIC_EMPTY"),
  );
});

test("all steps of the ladder are measured, and on two plain tastes similar users beat popularity", async () => {
  const random = seededRandom(8);
  const tastes: ToyRating[] = [];
  for (let user = 0; user < 30; user++)
    for (let movie = 1; movie <= 20; movie++)
      if (movie % 2 === user % 2 && random() < 0.7)
        tastes.push([user + 1, movie, 5, Math.floor(random() * 1e6)]);
  const table = await measureColdStart(
    toyDataset(tastes),
    coldStartSteps({
      explicit: [{ feedback: "explicit", rank: 2 }],
      implicit: [{ feedback: "implicit", rank: 2 }],
    }),
    { given: [2], folds: 3, samples: 20 },
  );
  assert.equal(
    table.map(({ step }) => step),
    ["popularity", "genre popularity", "similar users", "explicit fold-in", "implicit fold-in", CHOSEN_STEP],
  );
  for (const { ndcg } of table) assert.ok(ndcg.value >= 0 && ndcg.value <= 1);
  assert.ok(table.find(({ step }) => step === "similar users")!.ratio!.value > 1.2);
});

test("broken options are refused", async () => {
  const refused = async (code: string, steps: ColdStartStep[], more: object): Promise<void> =>
    measureColdStart(dataset, steps, { ...options, ...more }).then(
      () => assert.unreachable(),
      (error: { code: string }) => assert.is(error.code, code),
    );
  await refused("OPTION_INVALID", [], {});
  await refused("OPTION_INVALID", [{ name: "empty", variants: [] }], {});
  await refused("OPTION_INVALID", [popular, popular], {});
  await refused("OPTION_INVALID", [{ ...popular, name: CHOSEN_STEP }], {});
  await refused("OPTION_INVALID", [popular], { given: [1.5] });
  await refused("SPLIT_INVALID", [popular], { folds: 2 });
  await refused("SPLIT_INVALID", [popular], { folds: 11 });
});

test.run();
