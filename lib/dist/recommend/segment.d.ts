import type { AlsModelParts } from "../als";
/** What may be known of somebody who has rated nothing. */
export interface Profile {
    /** Favourite genres, as published ("Sci-Fi"). */
    genres?: readonly string[];
    /** Demographics by name, such as `{ gender: "F", occupation: "writer" }`; used where the users' own are known. */
    traits?: Readonly<Record<string, string>>;
}
export interface SegmentsOptions {
    /** Users in a segment; 50 by default. */
    size?: number;
    /** β: so many users of average taste are added to the segment; 10 by default. */
    damping?: number;
    /** Demographics of the users, by MovieLens user id; `demographics` of the data set, where it was published with them. */
    traits?: ReadonlyMap<number, Readonly<Record<string, string>>>;
}
/** The users nearest to a profile. */
export interface Segment {
    /** Dense user indices, nearest first. */
    users: Uint32Array;
    /** By what they were found: "favourite genres", "gender", … */
    by: string[];
}
/**
 * Finds the users whose taste or demographics are nearest to a profile, and what they like more than everybody does.
 *
 * A user's taste is how their likes (4 stars or more) are spread over genres, minus how everybody's are, the user's
 * counts damped by β likes of the average spread; nearness is the cosine with the favourite genres. Of traits it is the
 * share of the profile's that the user has. Where both are given, their mean.
 */
export declare class Segments {
    private readonly parts;
    private readonly options;
    private readonly genreAt;
    /** Row-major [users × genres]. */
    private readonly tastes;
    /** Users who like each item, by dense index; −Infinity for an item without a rating. */
    private readonly likes;
    private readonly raters;
    private readonly size;
    private readonly damping;
    /**
     * @param genres of each item, by dense index
     * @throws WorkspaceError OPTION_INVALID
     */
    constructor(parts: Pick<AlsModelParts, "ratings" | "userIds">, genres: readonly (readonly string[])[], options?: SegmentsOptions);
    /** Null where nobody is near: no user has one of the traits, or likes one of the genres more than everybody does. */
    nearest(profile: Profile): Segment | null;
    /**
     * Writes how much more of the segment than of everybody likes each item: (l_s + β·p) / (n_s + β) − p, where l_s of the
     * segment's n_s users like it and the share p of all users does. −Infinity for an item without a rating.
     */
    score({ users }: Segment, scores: Float64Array): void;
    private cosine;
}
