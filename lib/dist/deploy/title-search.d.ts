import type { Movie } from "../data";
/** Searches titles as people type them: any case, without accents, "The Matrix" for "Matrix, The (1999)", with slips. */
export declare class TitleSearch {
    private readonly index;
    private readonly counts;
    private readonly movieIds;
    /** @param ratings training ratings by MovieLens id: among titles that fit alike, the better known come first */
    constructor(movies: Iterable<Movie>, ratings: ReadonlyMap<number, number>);
    /**
     * MovieLens ids, best first. All words have to be there, as typed, begun or nearly; where no title has all of them, one
     * that has some is found.
     */
    find(query: string, n: number): number[];
}
