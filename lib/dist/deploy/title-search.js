"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.TitleSearch = void 0;
const minisearch_1 = __importDefault(require("minisearch"));
/** Searches titles as people type them: any case, without accents, "The Matrix" for "Matrix, The (1999)", with slips. */
class TitleSearch {
    index;
    counts;
    movieIds;
    /** @param ratings training ratings by MovieLens id: among titles that fit alike, the better known come first */
    constructor(movies, ratings) {
        const table = [...movies];
        this.counts = Float64Array.from(table, ({ movieId }) => ratings.get(movieId) ?? 0);
        this.index = new minisearch_1.default({
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
    find(query, n) {
        const text = searchable(query);
        const options = {
            prefix: (term, k, terms) => k === terms.length - 1 || term.length > 2,
            // Two letters changed places are two slips. Years and short words have too many neighbours to be taken for each other.
            fuzzy: (term) => (/^\d+$/.test(term) || term.length < 4 ? false : term.length < 5 ? 1 : 2),
            maxFuzzy: 2,
            boostDocument: (id) => 1 + Math.log1p(this.counts[id]) / 4,
        };
        const all = this.index.search(text, { ...options, combineWith: "AND" });
        const found = all.length > 0 ? all : this.index.search(text, options);
        return found.slice(0, n).map(({ id }) => this.movieIds[id]);
    }
}
exports.TitleSearch = TitleSearch;
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