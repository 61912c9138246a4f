import { WorkspaceError } from "../../data";

/** A named range of whole numbers, both bounds inclusive. */
export interface Band {
  band: string;
  from: number;
  to: number;
}

const bands = (...rows: [string, number, number][]): readonly Band[] =>
  rows.map(([band, from, to]) => ({ band, from, to }));

/** Ratings per user, as the view `activity_bands` of the warehouse; the parity of the two runners holds them together. */
export const ACTIVITY_BANDS: readonly Band[] = bands(
  ["1–19", 1, 19],
  ["20–49", 20, 49],
  ["50–99", 50, 99],
  ["100–199", 100, 199],
  ["200–499", 200, 499],
  ["500–999", 500, 999],
  ["1,000+", 1000, Infinity],
);

/** Ratings per film, as the view `popularity_bands` of the warehouse. */
export const POPULARITY_BANDS: readonly Band[] = bands(
  ["never rated", 0, 0],
  ["1", 1, 1],
  ["2–9", 2, 9],
  ["10–49", 10, 49],
  ["50–99", 50, 99],
  ["100–999", 100, 999],
  ["1,000–9,999", 1000, 9999],
  ["10,000+", 10_000, Infinity],
);

/** Seconds from a user's first rating to the last, as in the question `user-lifespan`. */
export const LIFESPAN_BANDS: readonly Band[] = bands(
  ["up to 1 hour", 0, 3600],
  ["up to 1 day", 3601, 86_400],
  ["up to 1 week", 86_401, 604_800],
  ["up to 30 days", 604_801, 2_592_000],
  ["up to 1 year", 2_592_001, 31_536_000],
  ["over 1 year", 31_536_001, Infinity],
);

/** @throws WorkspaceError DATA_INVALID for a value outside every band */
export function bandOf(of: readonly Band[], value: number): string {
  const found = of.find(({ from, to }) => value >= from && value <= to);
  if (!found) throw new WorkspaceError("DATA_INVALID", `${value} is in no band from ${of[0].band} on`);
  return found.band;
}
