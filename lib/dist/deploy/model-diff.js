"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.diffModels = diffModels;
const node_util_1 = require("node:util");
const als_1 = require("../als");
const MOST_LISTS = 500;
/** What changes for users when the second model takes the first one's place. @param n length of the lists compared */
function diffModels(first, second, n = 10) {
    const said = [first, second].map(({ manifest: { options, metrics, data, ...rest } }) => flat({
        kind: rest.kind,
        options,
        data,
        metrics,
        users: rest.users,
        items: rest.items,
        ratings: rest.ratings,
        libraryVersion: rest.libraryVersion,
        nodeVersion: rest.nodeVersion,
    }));
    const names = [...new Set(said.flatMap((each) => Object.keys(each)))];
    const [a, b] = [first.model, second.model];
    const users = overlapOf(a.parts.userIds, b.parts.userIds);
    const films = overlapOf(a.parts.itemIds, b.parts.itemIds);
    const rated = users.pairs.filter(([one, other]) => (0, als_1.seenBy)(a.parts.ratings, one).length > 0 && (0, als_1.seenBy)(b.parts.ratings, other).length > 0);
    const step = Math.max(1, Math.ceil(rated.length / MOST_LISTS));
    const overlaps = rated
        .filter((_, at) => at % step === 0)
        .map(([one, other]) => {
        const before = a.recommend(one, n).map(({ item }) => a.parts.itemIds[item]);
        const after = new Set(b.recommend(other, n).map(({ item }) => b.parts.itemIds[item]));
        return before.length === 0 ? null : before.filter((id) => after.has(id)).length / before.length;
    })
        .filter((overlap) => overlap !== null);
    return {
        first: first.manifest.version,
        second: second.manifest.version,
        manifest: names
            .filter((what) => !(0, node_util_1.isDeepStrictEqual)(said[0][what], said[1][what]))
            .map((what) => ({ what, first: said[0][what], second: said[1][what] })),
        users: users.counts,
        films: films.counts,
        lists: {
            users: overlaps.length,
            n,
            overlap: overlaps.length === 0 ? null : overlaps.reduce((sum, share) => sum + share, 0) / overlaps.length,
        },
    };
}
/** `{ options: { rank: 32 } }` as `{ "options.rank": 32 }`. */
function flat(value) {
    return Object.fromEntries(Object.entries(value).flatMap(([name, part]) => typeof part === "object" && part !== null
        ? Object.entries(flat(part)).map(([inner, of]) => [`${name}.${inner}`, of])
        : [[name, part]]));
}
/** Ids of both sides as pairs of dense indices. */
function overlapOf(first, second) {
    const at = new Map(Array.from(second, (id, index) => [id, index]));
    const pairs = Array.from(first, (id, index) => [index, at.get(id) ?? -1]).filter(([, other]) => other >= 0);
    const common = pairs.length;
    return {
        pairs,
        counts: { common, onlyFirst: first.length - common, onlySecond: second.length - common },
    };
}
//# sourceMappingURL=model-diff.js.map