import type { Dataset, RatingsByRow } from "../../data";
import type { Arena } from "./layout";

/** Bytes that one side's view takes in the arena. */
export const viewBytes = (rows: number, ratings: number): number => (rows + 1) * 4 + ratings * 8 + 192;

/**
 * The ratings by user and by item, in the arena, each row's columns ascending. Counting sorts alone: scattering the
 * data set by item, that by user and that by item again puts every row in order, wherever the data set started.
 */
export function ratingViews(dataset: Dataset, arena: Arena): { byUser: RatingsByRow; byItem: RatingsByRow } {
  const { users, items, ratings } = dataset;
  const byUser = emptyView(arena, dataset.userIds.length, dataset.itemIds.length, ratings.length);
  const byItem = emptyView(arena, byUser.cols, byUser.rows, ratings.length);
  count(users, byUser.rowStart);
  count(items, byItem.rowStart);

  const next = byItem.rowStart.slice();
  for (let r = 0; r < ratings.length; r++) {
    const at = next[items[r]]++;
    byItem.columns[at] = users[r];
    byItem.values[at] = ratings[r];
  }
  transpose(byItem, byUser);
  // A data set that is ordered by user, as most are published, has its item view in order already.
  for (let r = 1; r < users.length; r++)
    if (users[r] < users[r - 1]) {
      transpose(byUser, byItem);
      break;
    }
  return { byUser, byItem };
}

function emptyView(arena: Arena, rows: number, cols: number, ratings: number): RatingsByRow {
  const rowStart = arena.uint32(rows + 1);
  return { rowStart, columns: arena.uint32(ratings), values: arena.float32(ratings), rows, cols };
}

function count(rowOf: Uint32Array, rowStart: Uint32Array): void {
  for (let r = 0; r < rowOf.length; r++) rowStart[rowOf[r] + 1]++;
  for (let row = 1; row < rowStart.length; row++) rowStart[row] += rowStart[row - 1];
}

/** Fills `target`, whose row starts are known, from the view of the other side. */
function transpose(source: RatingsByRow, target: RatingsByRow): void {
  const next = target.rowStart.slice();
  for (let row = 0; row < source.rows; row++)
    for (let k = source.rowStart[row]; k < source.rowStart[row + 1]; k++) {
      const at = next[source.columns[k]]++;
      target.columns[at] = row;
      target.values[at] = source.values[k];
    }
}

/** Rows that have ratings, the heaviest first, equal ones by ascending row: a counting sort on the length. */
export function heaviestFirst({ rowStart, rows }: RatingsByRow): Uint32Array {
  let heaviest = 0;
  for (let row = 0; row < rows; row++) heaviest = Math.max(heaviest, rowStart[row + 1] - rowStart[row]);
  const starts = new Uint32Array(heaviest + 2);
  for (let row = 0; row < rows; row++) starts[heaviest - (rowStart[row + 1] - rowStart[row]) + 1]++;
  for (let n = 1; n < starts.length; n++) starts[n] += starts[n - 1];
  const filled = starts[heaviest];
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[starts[heaviest - (rowStart[row + 1] - rowStart[row])]++] = row;
  return order.subarray(0, filled);
}
