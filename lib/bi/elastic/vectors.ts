import { seenBy, type AlsModel } from "../../als";
import { WorkspaceError } from "../../data";
import { ask } from "./client";
import type { ElasticConnection } from "./connection";
import { indices } from "./indices";

/** A film found by its vector. */
export interface FoundMovie {
  movieId: number;
  /** The model's ranking score, as far as the server's single precision carries it. */
  score: number;
}

/**
 * The best n films for a user, found by the server: the largest inner product of the user's factors with the item
 * factors of `movielens-movies`, films that the user has rated excluded while searching.
 * @param user dense index in the model
 * @throws WorkspaceError OPTION_INVALID on a server without vectors, INDEX_UNKNOWN for a user outside the model
 */
export async function searchByFactors(
  connection: ElasticConnection,
  model: AlsModel,
  user: number,
  n: number,
): Promise<FoundMovie[]> {
  if (!connection.hasVectors)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `Elasticsearch ${connection.version} has no vectors to search`,
      {
        mend: "Use Elasticsearch 8.13 or newer.",
      },
    );
  if (!Number.isInteger(user) || user < 0 || user >= model.users)
    throw new WorkspaceError("INDEX_UNKNOWN", `user ${user} is outside 0 … ${model.users - 1}`);
  const { userFactors, userBias, globalMean, itemIds, ratings } = model.parts;
  const factors = userFactors.subarray(user * model.rank, (user + 1) * model.rank);
  const seen = Array.from(seenBy(ratings, user), (item) => itemIds[item]);
  const { hits } = await ask(connection, (client) =>
    client.search({
      index: indices.movies.alias,
      size: n,
      _source: false,
      knn: {
        field: "factors",
        query_vector: [...factors, 1],
        k: n,
        num_candidates: n,
        // Beside the search it would thin out the n that were found.
        filter: { bool: { must_not: { terms: { movieId: seen } } } },
      },
    }),
  );
  return hits.hits.map(({ _id, _score }) => ({
    movieId: Number(_id),
    score: globalMean + userBias[user] + innerProduct(_score!),
  }));
}

/** Undoes what Elasticsearch makes of an inner product so that no score is negative: x + 1 for x ≥ 0, 1 / (1 − x) below. */
const innerProduct = (score: number): number => (score >= 1 ? score - 1 : 1 - 1 / score);

/** How many of the best films the server finds too. */
export interface VectorParity {
  /** Why nothing was compared; null where it was. */
  skipped: string | null;
  users: number;
  /** Films on the library's lists. */
  films: number;
  /** Places on the server's lists that hold a film which the library could have put there: one of its own, or an equal. */
  found: number;
  /** Users for whom it found all. */
  exactUsers: number;
}

/** Films whom the same users rated alike have the same factors; which of them come first is then nobody's error. */
const TIE = 1e-5;

/**
 * Compares the server's best n films with the library's exact answer, in which films of equal score are equally right.
 * @param users how many, spread over all; 100 by default
 */
export async function vectorParity(
  connection: ElasticConnection,
  model: AlsModel,
  { users = 100, n = 10 }: { users?: number; n?: number } = {},
): Promise<VectorParity> {
  const parity: VectorParity = { skipped: null, users: 0, films: 0, found: 0, exactUsers: 0 };
  if (!connection.hasVectors)
    return { ...parity, skipped: `Elasticsearch ${connection.version} has no vectors to search` };
  const known = Array.from({ length: model.users }, (_, user) => user).filter(
    (user) => seenBy(model.parts.ratings, user).length > 0,
  );
  const compared = Math.min(users, known.length);
  const scores = new Float64Array(model.items);
  const itemOf = new Map(Array.from(model.parts.itemIds, (movieId, item) => [movieId, item]));
  for (let k = 0; k < compared; k++) {
    const user = known[Math.floor((k * known.length) / compared)];
    const exact = model.recommend(user, n);
    const last = exact.length > 0 ? exact[exact.length - 1].score : Infinity;
    const found = await searchByFactors(connection, model, user, n);
    model.scoreItems(user, scores);
    const agreeing = found.filter(({ movieId }) => scores[itemOf.get(movieId)!] >= last - TIE).length;
    parity.users++;
    parity.films += exact.length;
    parity.found += agreeing;
    if (agreeing === exact.length) parity.exactUsers++;
  }
  return parity;
}
