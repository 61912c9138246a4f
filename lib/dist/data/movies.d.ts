import type { Movie, Tag } from "./dataset";
import { type FileReading, type Layout, type PublishedFile } from "./published";
import type { QualityLedger } from "./quality";
/** What the readers of one data set share. */
export interface ReadingContext {
    layout: Layout;
    ledger: QualityLedger;
    file: PublishedFile;
    reading: FileReading;
    onBytes: (bytes: number) => void;
}
/** A title as published, without trailing blanks, and the year that it ends in; null where it ends in none. */
export declare function parseTitle(published: string): {
    title: string;
    year: number | null;
};
/** The genre names of 100k's u.genre, by flag position. @throws WorkspaceError DATA_INVALID unless they are numbered 0, 1, … */
export declare function readGenreNames(context: ReadingContext): Promise<string[]>;
/**
 * The movie table: MovieLens id → movie. `genreNames` are those of u.genre, for the layout that has flags.
 * Genres are named as published ("Children's" in 1m and 100k); "(no genres listed)" and 100k's "unknown" make none.
 */
export declare function readMovies(context: ReadingContext, genreNames: string[]): Promise<Map<number, Movie>>;
/** Adds the ids of IMDb (text, with its leading zeros) and TMDB to the movies; TMDB's is blank for some. */
export declare function readLinks(context: ReadingContext, movies: Map<number, Movie>): Promise<void>;
/** The free-text tags, without trailing blanks. */
export declare function readTags(context: ReadingContext, movies: Map<number, Movie>, now: number): Promise<Tag[]>;
