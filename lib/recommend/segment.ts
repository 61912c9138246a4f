import type { AlsModelParts } from "../als";
import { WorkspaceError } from "../data";
import { popularity } from "./visitor";

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

const LIKED_FROM = 4;

/**
 * Finds the users whose taste or demographics are nearest to a profile, and what they like more than everybody does.
 *
 * A user's taste is how their likes (4 stars or more) are spread over genres, minus how everybody's are, the user's
 * counts damped by β likes of the average spread; nearness is the cosine with the favourite genres. Of traits it is the
 * share of the profile's that the user has. Where both are given, their mean.
 */
export class Segments {
  private readonly genreAt: ReadonlyMap<string, number>;
  /** Row-major [users × genres]. */
  private readonly tastes: Float64Array;
  /** Users who like each item, by dense index; −Infinity for an item without a rating. */
  private readonly likes: Float64Array;
  private readonly raters: number;
  private readonly size: number;
  private readonly damping: number;

  /**
   * @param genres of each item, by dense index
   * @throws WorkspaceError OPTION_INVALID
   */
  constructor(
    private readonly parts: Pick<AlsModelParts, "ratings" | "userIds">,
    genres: readonly (readonly string[])[],
    private readonly options: SegmentsOptions = {},
  ) {
    this.size = options.size ?? 50;
    this.damping = options.damping ?? 10;
    if (!Number.isInteger(this.size) || this.size < 1)
      throw new WorkspaceError("OPTION_INVALID", `size is ${this.size}, not a whole number of at least 1`);
    if (!(this.damping > 0 && Number.isFinite(this.damping)))
      throw new WorkspaceError("OPTION_INVALID", `damping is ${this.damping}, not a finite number above 0`);
    const { rowStart, columns, values, rows } = parts.ratings;
    this.genreAt = new Map([...new Set(genres.flat())].sort().map((genre, k) => [genre, k]));
    const width = this.genreAt.size;
    this.tastes = new Float64Array(rows * width);
    this.likes = popularity(parts.ratings).map((count) => (count > 0 ? 0 : count));
    const average = new Float64Array(width);
    let raters = 0;
    for (let user = 0; user < rows; user++) {
      if (rowStart[user + 1] > rowStart[user]) raters++;
      for (let at = rowStart[user]; at < rowStart[user + 1]; at++) {
        if (values[at] < LIKED_FROM) continue;
        this.likes[columns[at]]++;
        for (const genre of genres[columns[at]]) {
          this.tastes[user * width + this.genreAt.get(genre)!]++;
          average[this.genreAt.get(genre)!]++;
        }
      }
    }
    this.raters = raters;
    const total = average.reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    for (let user = 0; user < rows; user++) {
      const taste = this.tastes.subarray(user * width, (user + 1) * width);
      const likes = taste.reduce((sum, count) => sum + count, 0);
      for (let g = 0; g < width; g++) {
        const share = average[g] / total;
        taste[g] = (taste[g] + this.damping * share) / (likes + this.damping) - share;
      }
    }
  }

  /** Null where nobody is near: no user has one of the traits, or likes one of the genres more than everybody does. */
  nearest(profile: Profile): Segment | null {
    const { rowStart, rows } = this.parts.ratings;
    const genres = (profile.genres ?? []).filter((genre) => this.genreAt.has(genre));
    const traits = Object.entries(profile.traits ?? {});
    const nearness: { user: number; value: number }[] = [];
    let byGenre = false;
    const byTrait = new Set<string>();
    for (let user = 0; user < rows; user++) {
      if (rowStart[user + 1] === rowStart[user]) continue;
      const likeness = genres.length === 0 ? 0 : Math.max(0, this.cosine(user, genres));
      const own = this.options.traits?.get(this.parts.userIds[user]);
      const shared = traits.filter(([name, value]) => own?.[name] === value);
      for (const [name] of shared) byTrait.add(name);
      byGenre ||= likeness > 0;
      const value = likeness + (traits.length === 0 ? 0 : shared.length / traits.length);
      if (value > 0) nearness.push({ user, value });
    }
    if (nearness.length === 0) return null;
    nearness.sort((a, b) => b.value - a.value || a.user - b.user);
    return {
      users: Uint32Array.from(nearness.slice(0, this.size), ({ user }) => user),
      by: [...(byGenre ? ["favourite genres"] : []), ...[...byTrait].sort()],
    };
  }

  /**
   * Writes how much more of the segment than of everybody likes each item: (l_s + β·p) / (n_s + β) − p, where l_s of the
   * segment's n_s users like it and the share p of all users does. −Infinity for an item without a rating.
   */
  score({ users }: Segment, scores: Float64Array): void {
    const { rowStart, columns, values } = this.parts.ratings;
    const liked = new Float64Array(scores.length);
    for (const user of users)
      for (let at = rowStart[user]; at < rowStart[user + 1]; at++)
        if (values[at] >= LIKED_FROM) liked[columns[at]]++;
    for (let item = 0; item < scores.length; item++) {
      const share = this.likes[item] / this.raters;
      scores[item] =
        this.likes[item] === -Infinity
          ? -Infinity
          : (liked[item] + this.damping * share) / (users.length + this.damping) - share;
    }
  }

  private cosine(user: number, genres: readonly string[]): number {
    const width = this.genreAt.size;
    let norm = 0;
    for (let g = 0; g < width; g++) norm += this.tastes[user * width + g] ** 2;
    if (norm === 0) return 0;
    const product = genres.reduce(
      (sum, genre) => sum + this.tastes[user * width + this.genreAt.get(genre)!],
      0,
    );
    return product / Math.sqrt(norm * genres.length);
  }
}
