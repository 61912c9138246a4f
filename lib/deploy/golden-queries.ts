import { readFileSync } from "node:fs";
import { projectPath, WorkspaceError, type Movie } from "../data";
import { RecommendationLadder, similarItems } from "../recommend";
import type { LoadedModel } from "./model-file";

/** A film by MovieLens id; the title proves that the data means the same film. */
export type NamedMovie = Pick<Movie, "movieId" | "title">;

/**
 * A question whose answer people agree on, whatever the model: films like a film, or films for a visitor with these
 * ratings. `contains` must be among the first `n`, at least `atLeast` of them; none of `lacks` may be.
 */
export interface GoldenQuery {
  name: string;
  similarTo?: NamedMovie;
  visitor?: (NamedMovie & { rating: number })[];
  n: number;
  contains: NamedMovie[];
  atLeast: number;
  lacks?: NamedMovie[];
}

export interface GoldenAnswer {
  name: string;
  /** "not asked": the model's films are not those of the query, or it has no rating of them. */
  verdict: "passed" | "failed" | "not asked";
  says: string;
}

/** The project's own, of films that every MovieLens data set since 1M knows or leaves aside. */
export const GOLDEN_QUERIES: string = projectPath("notebooks", "06-deploy", "golden-queries.json");

/** Reads a file of golden queries. @throws WorkspaceError DATA_MISSING, DATA_INVALID naming the query */
export function readGoldenQueries(path: string): GoldenQuery[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const mend = "Restore it from the repository, or name another file.";
    throw new WorkspaceError("DATA_MISSING", `${path} cannot be read`, { cause, mend });
  }
  let queries: GoldenQuery[];
  try {
    queries = JSON.parse(text) as GoldenQuery[];
  } catch (cause) {
    throw new WorkspaceError("DATA_INVALID", `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(queries)) throw new WorkspaceError("DATA_INVALID", `${path} is not a list of queries`);
  for (const [at, query] of queries.entries()) {
    const { name, similarTo, visitor, n, contains, atLeast } = query;
    const asked = (similarTo === undefined) !== (visitor === undefined);
    const bounded = Number.isInteger(n) && n >= 1 && Number.isInteger(atLeast) && atLeast >= 0;
    if (!name || !asked || !bounded || !Array.isArray(contains) || atLeast > contains.length)
      throw new WorkspaceError(
        "DATA_INVALID",
        `${path}: query ${at + 1} ("${name}") needs a name, either similarTo or visitor, n, and contains with atLeast of it`,
      );
  }
  return queries;
}

/** Asks a model each query as a server would. Never throws for an answer that is wrong: the verdict says so. */
export function askGoldenQueries(loaded: LoadedModel, queries: readonly GoldenQuery[]): GoldenAnswer[] {
  const { model, lister, movies } = loaded;
  const ladder = new RecommendationLadder(model, { movies, lister });
  const itemIndex = new Map(Array.from(model.parts.itemIds, (movieId, item) => [movieId, item]));
  const rated = new Set(model.parts.ratings.columns);
  const known = ({ movieId, title }: NamedMovie): boolean =>
    movies.get(movieId)?.title === title && rated.has(itemIndex.get(movieId) ?? -1);
  return queries.map((query): GoldenAnswer => {
    const { name, similarTo, visitor = [], n, contains, atLeast, lacks = [] } = query;
    const missing = [similarTo ?? [], visitor, contains].flat().find((movie) => !known(movie));
    if (missing)
      return {
        name,
        verdict: "not asked",
        says: `${missing.title} (${missing.movieId}) is not in the model`,
      };
    const list = similarTo
      ? similarItems(model, itemIndex.get(similarTo.movieId)!, n).map(({ item }) => model.parts.itemIds[item])
      : ladder.forVisitor(visitor, n).items.map(({ movieId }) => movieId);
    const found = contains.filter(({ movieId }) => list.includes(movieId)).length;
    const wrong = lacks.filter(({ movieId }) => list.includes(movieId));
    return {
      name,
      verdict: found >= atLeast && wrong.length === 0 ? "passed" : "failed",
      says:
        `${found} of ${contains.map(({ title }) => title).join(", ")} among the first ${n}, ${atLeast} needed` +
        (wrong.length > 0 ? `; should not be there: ${wrong.map(({ title }) => title).join(", ")}` : ""),
    };
  });
}
