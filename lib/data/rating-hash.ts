/** Numbers have 31 bits throughout: then x · (2x + 1) fits into a signed 64-bit integer, which is all that SQL has. */
const BITS = 0x7fffffff;
/** Source: Chris Wellons' hash prospector (lowbias32). */
const SPREAD = 0x7feb352d;
/** Of 2³² over the golden ratio, so that small seeds and ids do not begin with nothing but zeros. */
const START = 0x1e3779b9;

/**
 * Multiplied by a constant, so that low bits reach the high ones, and then as RC6 does by twice itself plus one, of
 * which the 31 bits in the middle are taken: they depend on every bit of x, and differently for each x.
 */
function stirred(x: number): number {
  const y = Math.imul(x, SPREAD) & BITS;
  const twice = 2 * y + 1;
  // Both terms are whole and below 2⁴⁸, so the sum is exact.
  return ((y >>> 16) * twice + Math.floor(((y & 0xffff) * twice) / 65536)) % 2 ** 31;
}

const startOf = (seed: number): number => stirred(stirred((START + seed) & BITS));

/**
 * A number of 31 bits that a user, a film and a seed have for good: in any order of rows, on any machine, whatever
 * else is in the data. `ratingHashSql` is the same in SQL.
 * @param userId MovieLens id; of it, of `movieId` and of `seed` the lowest 31 bits count
 */
export function ratingHash(userId: number, movieId: number, seed: number): number {
  const user = stirred((startOf(seed) + userId) & BITS);
  return stirred(stirred((user + movieId) & BITS));
}

/** Where the ids are found, as SQL. */
export interface IdColumns {
  userId: string;
  movieId: string;
}

/** `ratingHash` as an expression that DuckDB and Spark SQL both compute to the same whole number. */
export function ratingHashSql(
  seed: number,
  { userId, movieId }: IdColumns = { userId: "userId", movieId: "movieId" },
): string {
  const low = (sql: string): string => `((${sql}) & ${BITS})`;
  const stirredSql = (x: string): string => {
    const y = low(`${x} * ${SPREAD}`);
    return low(`(${y} * (2 * ${y} + 1)) >> 16`);
  };
  const user = stirredSql(low(`${startOf(seed)} + CAST(${userId} AS BIGINT)`));
  return stirredSql(stirredSql(low(`${user} + CAST(${movieId} AS BIGINT)`)));
}

/** Hashes below this are held out: as many of 2³¹ as `share` says. */
export const hashesHeldOut = (share: number): number => Math.ceil(share * 2 ** 31);

/** The condition under which `splitHash` holds a rating out, for DuckDB and Spark SQL alike. */
export const heldOutSql = (
  { testShare, seed }: { testShare: number; seed: number },
  columns?: IdColumns,
): string => `${ratingHashSql(seed, columns)} < ${hashesHeldOut(testShare)}`;
