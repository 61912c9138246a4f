import MiniSearch from "minisearch";
import type { Movie } from "../data";

/** Searches titles as people type them: any case, without accents, "The Matrix" for "Matrix, The (1999)", with slips. */
export class TitleSearch {
  private readonly index: MiniSearch;
  private readonly counts: Float64Array;
  private readonly movieIds: Uint32Array;

  /** @param ratings training ratings by MovieLens id: among titles that fit alike, the better known come first */
  constructor(movies: Iterable<Movie>, ratings: ReadonlyMap<number, number>) {
    const table = [...movies];
    this.counts = Float64Array.from(table, ({ movieId }) => ratings.get(movieId) ?? 0);
    this.index = new MiniSearch({
      fields: ["title"],
      tokenize: (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [],
      processTerm: (term) => term,
    });
    this.index.addAll(table.map(({ title }, id) => ({ id, title: searchable(title) })));
    this.movieIds = Uint32Array.from(table, ({ movieId }) => movieId);
  }

  /**
   * MovieLens ids, best first. All words have to be there, as typed, begun or nearly; where no title has all of them, one
   * that has some is found.
   */
  find(query: string, n: number): number[] {
    const text = searchable(query);
    const options = {
      prefix: (term: string, k: number, terms: string[]) => k === terms.length - 1 || term.length > 2,
      // Two letters changed places are two slips. Years and short words have too many neighbours to be taken for each other.
      fuzzy: (term: string) => (/^\d+$/.test(term) || term.length < 4 ? false : term.length < 5 ? 1 : 2),
      maxFuzzy: 2,
      boostDocument: (id: number) => 1 + Math.log1p(this.counts[id]) / 4,
    };
    const all = this.index.search(text, { ...options, combineWith: "AND" });
    const found = all.length > 0 ? all : this.index.search(text, options);
    return found.slice(0, n).map(({ id }) => this.movieIds[id as number]);
  }
}

const ARTICLES =
  /^(.*?), (the|a|an|le|la|les|l'|el|los|las|il|lo|i|gli|un|une|una|der|die|das|ein|eine|den|det|o|os)(?= ?(?:\(|$))/;

/** Lower case, no accents, the article in front. */
function searchable(title: string): string {
  return title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/ø/g, "o")
    .replace(/æ/g, "ae")
    .replace(/œ/g, "oe")
    .replace(/ß/g, "ss")
    .replace(/ł/g, "l")
    .replace(/['’](?=s\b|t\b)/g, "")
    .replace(ARTICLES, "$2 $1");
}
