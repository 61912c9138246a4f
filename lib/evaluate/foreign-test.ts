import { AlsModel } from "../als";
import { ratingsByUser, type Dataset, type Split } from "../data";

/**
 * Train and test data that were read apart, in one index space: that of `train`, with the users and items that only
 * `test` has behind its own, cold. So what is learned on `train` does not depend on which test is held against it.
 * (Ids ascend within each of the two parts, not over both.)
 */
export function besideTraining(train: Dataset, test: Dataset): Split {
  const users = extended(train.userIds, train.userIndex, test.userIds);
  const items = extended(train.itemIds, train.itemIndex, test.itemIds);
  const both = { userIds: users.ids, userIndex: users.index, itemIds: items.ids, itemIndex: items.index };
  return {
    protocol: "files",
    parameters: {},
    train: { ...train, ...both },
    test: {
      ...test,
      ...both,
      users: test.users.map((user) => users.index.get(test.userIds[user])!),
      items: test.items.map((item) => items.index.get(test.itemIds[item])!),
    },
  };
}

/** The model with cold users and items behind its own, for the index space of a split by `besideTraining`. */
export function widened({ parts }: AlsModel, { train }: Pick<Split, "train">): AlsModel {
  const { userIds, itemIds } = train;
  const users = (values: Float64Array): Float64Array => padded(values, parts.userIds.length, userIds.length);
  const items = (values: Float64Array): Float64Array => padded(values, parts.itemIds.length, itemIds.length);
  return new AlsModel({
    ...parts,
    userIds,
    itemIds,
    userFactors: users(parts.userFactors),
    itemFactors: items(parts.itemFactors),
    userBias: users(parts.userBias),
    itemBias: items(parts.itemBias),
    userCofactors: parts.userCofactors && users(parts.userCofactors),
    itemCofactors: parts.itemCofactors && items(parts.itemCofactors),
    userSeedBias: parts.userSeedBias && users(parts.userSeedBias),
    itemSeedBias: parts.itemSeedBias && items(parts.itemSeedBias),
    ratings: ratingsByUser(train),
  });
}

/** Ratings of `test` whose user and item `train` has together: what a model has seen the answer to. */
export function seenInTraining({ train, test }: Pick<Split, "train" | "test">): number {
  const { rowStart, columns } = ratingsByUser(train);
  const tested = ratingsByUser(test);
  let seen = 0;
  for (let user = 0; user < tested.rows; user++) {
    const own = new Set(columns.subarray(rowStart[user], rowStart[user + 1]));
    for (let at = tested.rowStart[user]; at < tested.rowStart[user + 1]; at++)
      if (own.has(tested.columns[at])) seen++;
  }
  return seen;
}

function extended(
  own: Uint32Array,
  index: ReadonlyMap<number, number>,
  others: Uint32Array,
): { ids: Uint32Array; index: ReadonlyMap<number, number> } {
  const cold = others.filter((id) => !index.has(id));
  const ids = new Uint32Array(own.length + cold.length);
  ids.set(own);
  ids.set(cold, own.length);
  return { ids, index: new Map(Array.from(ids, (id, dense) => [id, dense])) };
}

/** Values of `rows` rows, with zeros for those behind them. */
function padded(values: Float64Array, rows: number, all: number): Float64Array {
  const longer = new Float64Array((values.length / rows) * all);
  longer.set(values);
  return longer;
}
