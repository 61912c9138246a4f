import type { Dataset } from "@movielens/lib/data";
import { ratingsByUser, WorkspaceError } from "@movielens/lib/data";
import { seenBy, type ScoredItem } from "@movielens/lib/als";
import type { Recommender } from "@movielens/lib/recommend";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkerboard, datasetOf, randomMatrix, sameGroup } from "./synthetic";

export interface ContractOptions {
  /**
   * The data set of two groups whose right answer is obvious: with dislikes as 1 star, or with likes alone. Left out
   * for models that give everybody the same list.
   */
  checkerboard?: "stars" | "likes";
}

const COLD_USER = 7;
const COLD_ITEM = 11;

/** Random stars, in which user 7 and item 11 have none, and items 20 and 21 the same from everybody. */
function contractData(): Dataset {
  const matrix = randomMatrix(30, 40, 0.3, 5);
  matrix[COLD_USER].fill(null);
  for (const row of matrix) {
    row[COLD_ITEM] = null;
    row[21] = row[20];
  }
  return datasetOf(matrix);
}

/**
 * What every model of this project does, as a uvu suite. Call it in a test file, once per model.
 * @param makeModel trains on the data; the seed may be ignored by models without chance
 */
export function contract(
  name: string,
  makeModel: (train: Dataset, seed: number) => Recommender | Promise<Recommender>,
  options: ContractOptions = {},
): void {
  const test = suite(`${name} keeps the contract`);
  const data = contractData();
  const byUser = ratingsByUser(data);
  const users = data.userIds.length;
  const items = data.itemIds.length;
  const allUsers = Array.from({ length: users }, (_, user) => user);
  let model: Recommender;
  const itemsOf = (list: ScoredItem[]): number[] => list.map(({ item }) => item);
  const unseen = (user: number): number => items - 1 - seenBy(byUser, user).length;

  test.before(async () => {
    model = await makeModel(data, 1);
  });

  test("the model has a name, and the index space of its training data", () => {
    assert.ok(model.name.length > 0);
    assert.is(model.users, users);
    assert.is(model.items, items);
  });

  test("an item that a user has rated is never recommended to them, unless asked for", () => {
    for (const user of allUsers) {
      const seen = new Set(seenBy(byUser, user));
      for (const item of itemsOf(model.recommend(user, items))) assert.not(seen.has(item), `user ${user}`);
      const everything = itemsOf(model.recommend(user, items, { excludeSeen: false }));
      assert.equal(
        [...everything].sort((a, b) => a - b),
        withoutCold(items),
        `user ${user}`,
      );
    }
  });

  test("exactly n items come where n remain, and all that remain otherwise", () => {
    for (const user of allUsers) {
      assert.is(model.recommend(user, 0).length, 0);
      assert.is(model.recommend(user, 5).length, 5);
      assert.is(model.recommend(user, unseen(user)).length, unseen(user));
      assert.is(model.recommend(user, 10 * items).length, unseen(user));
    }
  });

  test("a shorter list is the beginning of a longer one", () => {
    for (const user of allUsers) assert.equal(model.recommend(user, 3), model.recommend(user, 9).slice(0, 3));
  });

  test("the list is ordered by the scores of scoreItems, ties by ascending index", () => {
    const scores = new Float64Array(items);
    for (const user of allUsers) {
      model.scoreItems(user, scores);
      const list = model.recommend(user, items);
      list.forEach(({ item, score }, k) => {
        assert.is(score, scores[item]);
        if (k === 0) return;
        const before = list[k - 1];
        assert.ok(before.score > score || (before.score === score && before.item < item), `user ${user}`);
      });
    }
  });

  test("two items with the same ratings tie, and come by ascending index", () => {
    for (const user of allUsers) {
      const list = model.recommend(user, items, { excludeSeen: false });
      const place = itemsOf(list).indexOf(20);
      assert.is(list[place + 1].item, 21, `user ${user}`);
      assert.is(list[place + 1].score, list[place].score);
    }
  });

  test("the accept filter is honoured, and costs no place in the list", () => {
    const accept = (item: number): boolean => item % 3 === 0;
    for (const user of allUsers) {
      const seen = new Set(seenBy(byUser, user));
      const remain = withoutCold(items).filter((item) => accept(item) && !seen.has(item)).length;
      const list = itemsOf(model.recommend(user, items, { accept }));
      assert.is(list.length, remain);
      assert.ok(list.every(accept));
    }
  });

  test("a prediction is a finite number for every user and item, cold ones included", () => {
    for (const user of allUsers)
      for (let item = 0; item < items; item++) assert.ok(Number.isFinite(model.predict(user, item)));
  });

  test("a cold item scores −Infinity, every other a finite number, and a cold user still gets a list", () => {
    const scores = new Float64Array(items);
    for (const user of allUsers) {
      model.scoreItems(user, scores);
      scores.forEach((score, item) =>
        assert.ok(
          item === COLD_ITEM ? score === -Infinity : Number.isFinite(score),
          `user ${user}, item ${item}`,
        ),
      );
    }
    assert.is(model.recommend(COLD_USER, 10).length, 10);
  });

  test("an index outside the training data is refused by name", () => {
    const scores = new Float64Array(items);
    for (const index of [-1, 0.5, NaN, 1e9]) {
      assert.throws(() => model.predict(index, 0), unknown("user", index));
      assert.throws(() => model.predict(0, index), unknown("item", index));
      assert.throws(() => model.scoreItems(index, scores), unknown("user", index));
      assert.throws(() => model.recommend(index, 3), unknown("user", index));
    }
    assert.throws(() => model.predict(users, 0), unknown("user", users));
    assert.throws(() => model.predict(0, items), unknown("item", items));
  });

  test("a number of recommendations that is not a whole one is refused", () => {
    for (const n of [-1, 1.5, NaN])
      assert.throws(
        () => model.recommend(0, n),
        (error: unknown) => error instanceof WorkspaceError && error.code === "OPTION_INVALID",
      );
  });

  test("scores of another length than the items are refused", () => {
    assert.throws(
      () => model.scoreItems(0, new Float64Array(items - 1)),
      (error: unknown) => error instanceof WorkspaceError && error.code === "OPTION_INVALID",
    );
  });

  test("the same data and seed make the same model, bit for bit", async () => {
    const again = await makeModel(data, 1);
    const [first, second] = [new Float64Array(items), new Float64Array(items)];
    for (const user of allUsers) {
      model.scoreItems(user, first);
      again.scoreItems(user, second);
      assert.equal(first, second);
      for (let item = 0; item < items; item++)
        assert.is(model.predict(user, item), again.predict(user, item));
    }
  });

  const board = options.checkerboard;
  if (board)
    test("on a checkerboard every user is recommended the own group's items first", async () => {
      const boardData = datasetOf(checkerboard(board));
      const boardModel = await makeModel(boardData, 1);
      for (let user = 0; user < boardData.userIds.length; user++) {
        const list = itemsOf(boardModel.recommend(user, 4));
        assert.equal(
          list.map((item) => sameGroup(user, item)),
          [true, true, false, false],
          `user ${user}: ${list.join(", ")}`,
        );
      }
    });

  test.run();
}

const withoutCold = (items: number): number[] =>
  Array.from({ length: items }, (_, item) => item).filter((item) => item !== COLD_ITEM);

const unknown =
  (side: "user" | "item", index: number) =>
  (error: unknown): boolean =>
    error instanceof WorkspaceError &&
    error.code === "INDEX_UNKNOWN" &&
    error.message.includes(`${side} ${index}`);
