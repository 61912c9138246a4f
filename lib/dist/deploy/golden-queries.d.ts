import { type Movie } from "../data";
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
    visitor?: (NamedMovie & {
        rating: number;
    })[];
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
export declare const GOLDEN_QUERIES: string;
/** Reads a file of golden queries. @throws WorkspaceError DATA_MISSING, DATA_INVALID naming the query */
export declare function readGoldenQueries(path: string): GoldenQuery[];
/** Asks a model each query as a server would. Never throws for an answer that is wrong: the verdict says so. */
export declare function askGoldenQueries(loaded: LoadedModel, queries: readonly GoldenQuery[]): GoldenAnswer[];
