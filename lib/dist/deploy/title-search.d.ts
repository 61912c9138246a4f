import type { Movie, SlicedWork } from "../data";
/** Searches titles as people type them: any case, without accents, "The Matrix" for "Matrix, The (1999)", with slips. */
export declare class TitleSearch {
    private readonly index;
    private readonly movieIds;
    private readonly boosts;
    /** Every word of the titles, sorted. */
    private readonly vocabulary;
    private readonly common;
    /** @param ratings training ratings by MovieLens id: among titles that fit alike, the better known come first */
    static build(movies: Iterable<Movie>, ratings: ReadonlyMap<number, number>): SlicedWork<TitleSearch>;
    private constructor();
    /**
     * MovieLens ids, best first. All words have to be there, as typed or begun, or nearly where no title has them so; where no title
     * has all of them, one that has some is found. Very common words, such as "the", count only where there is no other.
     */
    find(query: string, n: number): number[];
    /** Whether a title has this word, or one that begins so. */
    private known;
}
