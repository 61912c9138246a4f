import MiniSearch, { type SearchOptions } from "minisearch";
import type { Movie, SlicedWork } from "../data";

/** Titles put into the index between two pauses. */
const TITLES_AT_A_STRETCH = 50;
/** A word that more titles have than these, and than this share of them, costs most to look up and says least. */
const COMMON_SHARE = 0.02;
const COMMON_TITLES = 50;
/** More words than the longest title has. */
const MOST_WORDS = 40;

/** Searches titles as people type them: any case, without accents, "The Matrix" for "Matrix, The (1999)", with slips. */
export class TitleSearch {
  /** Every word of the titles, sorted. */
  private readonly vocabulary: readonly string[];
  private readonly common: ReadonlySet<string>;

  /** @param ratings training ratings by MovieLens id: among titles that fit alike, the better known come first */
  static *build(movies: Iterable<Movie>, ratings: ReadonlyMap<number, number>): SlicedWork<TitleSearch> {
    const table = [...movies];
    const index = new MiniSearch({ fields: ["title"], tokenize: wordsOf, processTerm: (term) => term });
    const titlesWith = new Map<string, number>();
    for (const [id, { title }] of table.entries()) {
      const text = searchable(title);
      index.add({ id, title: text });
      for (const word of new Set(wordsOf(text))) titlesWith.set(word, (titlesWith.get(word) ?? 0) + 1);
      if (id % TITLES_AT_A_STRETCH === 0) yield;
    }
    return new TitleSearch(
      index,
      titlesWith,
      Uint32Array.from(table, ({ movieId }) => movieId),
      Float64Array.from(table, ({ movieId }) => 1 + Math.log1p(ratings.get(movieId) ?? 0) / 4),
    );
  }

  private constructor(
    private readonly index: MiniSearch,
    titlesWith: ReadonlyMap<string, number>,
    private readonly movieIds: Uint32Array,
    private readonly boosts: Float64Array,
  ) {
    const most = Math.max(COMMON_TITLES, COMMON_SHARE * movieIds.length);
    this.vocabulary = [...titlesWith.keys()].sort();
    this.common = new Set([...titlesWith].filter(([, titles]) => titles > most).map(([word]) => word));
  }

  /**
   * MovieLens ids, best first. All words have to be there, as typed or begun, or nearly where no title has them so; where no title
   * has all of them, one that has some is found. Very common words, such as "the", count only where there is no other.
   */
  find(query: string, n: number): number[] {
    const typed = wordsOf(searchable(query)).slice(0, MOST_WORDS);
    const telling = typed.filter((word) => !this.common.has(word));
    const text = (telling.length > 0 ? telling : typed).join(" ");
    const prefix = (term: string): boolean => term === typed.at(-1) || term.length > 2;
    const options: SearchOptions = {
      combineWith: "AND",
      prefix,
      maxFuzzy: 2,
      boostDocument: (id: number) => this.boosts[id],
    };
    const attempts: SearchOptions[] = [
      // Looking for what is nearly a word costs more than all else: only for words that there are not.
      { ...options, fuzzy: (term) => (this.known(term, prefix(term)) ? false : slipsIn(term)) },
      { ...options, fuzzy: slipsIn },
      { ...options, fuzzy: slipsIn, combineWith: "OR" },
    ];
    for (const attempt of attempts) {
      const found = this.index.search(text, attempt);
      if (found.length > 0) return found.slice(0, n).map(({ id }) => this.movieIds[id as number]);
    }
    return [];
  }

  /** Whether a title has this word, or one that begins so. */
  private known(term: string, begun: boolean): boolean {
    let low = 0;
    let high = this.vocabulary.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.vocabulary[middle] < term) low = middle + 1;
      else high = middle;
    }
    const word = this.vocabulary[low] ?? "";
    return begun ? word.startsWith(term) : word === term;
  }
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Two letters changed places are two slips. Years and short words have too many neighbours to be taken for each other. */
const slipsIn = (term: string): number | false =>
  /^\d+$/.test(term) || term.length < 4 ? false : term.length < 5 ? 1 : 2;

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
