"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.TitleSearch = void 0;
const minisearch_1 = __importDefault(require("minisearch"));
/** Titles put into the index between two pauses. */
const TITLES_AT_A_STRETCH = 50;
/** A word that more titles have than these, and than this share of them, costs most to look up and says least. */
const COMMON_SHARE = 0.02;
const COMMON_TITLES = 50;
/** More words than the longest title has. */
const MOST_WORDS = 40;
/** Searches titles as people type them: any case, without accents, "The Matrix" for "Matrix, The (1999)", with slips. */
class TitleSearch {
    index;
    movieIds;
    boosts;
    /** Every word of the titles, sorted. */
    vocabulary;
    common;
    /** @param ratings training ratings by MovieLens id: among titles that fit alike, the better known come first */
    static *build(movies, ratings) {
        const table = [...movies];
        const index = new minisearch_1.default({ fields: ["title"], tokenize: wordsOf, processTerm: (term) => term });
        const titlesWith = new Map();
        for (const [id, { title }] of table.entries()) {
            const text = searchable(title);
            index.add({ id, title: text });
            for (const word of new Set(wordsOf(text)))
                titlesWith.set(word, (titlesWith.get(word) ?? 0) + 1);
            if (id % TITLES_AT_A_STRETCH === 0)
                yield;
        }
        return new TitleSearch(index, titlesWith, Uint32Array.from(table, ({ movieId }) => movieId), Float64Array.from(table, ({ movieId }) => 1 + Math.log1p(ratings.get(movieId) ?? 0) / 4));
    }
    constructor(index, titlesWith, movieIds, boosts) {
        this.index = index;
        this.movieIds = movieIds;
        this.boosts = boosts;
        const most = Math.max(COMMON_TITLES, COMMON_SHARE * movieIds.length);
        this.vocabulary = [...titlesWith.keys()].sort();
        this.common = new Set([...titlesWith].filter(([, titles]) => titles > most).map(([word]) => word));
    }
    /**
     * MovieLens ids, best first. All words have to be there, as typed or begun, or nearly where no title has them so; where no title
     * has all of them, one that has some is found. Very common words, such as "the", count only where there is no other.
     */
    find(query, n) {
        const typed = wordsOf(searchable(query)).slice(0, MOST_WORDS);
        const telling = typed.filter((word) => !this.common.has(word));
        const text = (telling.length > 0 ? telling : typed).join(" ");
        const prefix = (term) => term === typed.at(-1) || term.length > 2;
        const options = {
            combineWith: "AND",
            prefix,
            maxFuzzy: 2,
            boostDocument: (id) => this.boosts[id],
        };
        const attempts = [
            // Looking for what is nearly a word costs more than all else: only for words that there are not.
            { ...options, fuzzy: (term) => (this.known(term, prefix(term)) ? false : slipsIn(term)) },
            { ...options, fuzzy: slipsIn },
            { ...options, fuzzy: slipsIn, combineWith: "OR" },
        ];
        for (const attempt of attempts) {
            const found = this.index.search(text, attempt);
            if (found.length > 0)
                return found.slice(0, n).map(({ id }) => this.movieIds[id]);
        }
        return [];
    }
    /** Whether a title has this word, or one that begins so. */
    known(term, begun) {
        let low = 0;
        let high = this.vocabulary.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.vocabulary[middle] < term)
                low = middle + 1;
            else
                high = middle;
        }
        const word = this.vocabulary[low] ?? "";
        return begun ? word.startsWith(term) : word === term;
    }
}
exports.TitleSearch = TitleSearch;
const wordsOf = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
/** Two letters changed places are two slips. Years and short words have too many neighbours to be taken for each other. */
const slipsIn = (term) => /^\d+$/.test(term) || term.length < 4 ? false : term.length < 5 ? 1 : 2;
const ARTICLES = /^(.*?), (the|a|an|le|la|les|l'|el|los|las|il|lo|i|gli|un|une|una|der|die|das|ein|eine|den|det|o|os)(?= ?(?:\(|$))/;
/** Lower case, no accents, the article in front. */
function searchable(title) {
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
//# sourceMappingURL=title-search.js.map