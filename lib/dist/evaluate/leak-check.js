"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.leakCheck = leakCheck;
const data_1 = require("../data");
const ranking_1 = require("./ranking");
/**
 * Whether held-out ratings get into what is learned: a contender is made and fitted again after they were altered, and
 * must predict and rank the same to the last bit. Whatever the contender has from elsewhere (tuned options, blend
 * weights, popularity, id maps) must be made inside `contender`, given as a function: then it is made again as well.
 * Of a contender that was made before, only `fit` runs again, and what it has closed over stays as it was.
 * (Tags carry no stars and are not altered: a model of tags must look at their time itself.)
 * @param options.users how many users are compared, spread over those with a held-out rating; 50 by default
 */
async function leakCheck(contender, split, options = {}) {
    const { users: most = 50, signal } = options;
    const all = (0, ranking_1.heldOutUsers)(split.test);
    const count = Math.min(most, all.length);
    const users = Uint32Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]);
    let name = "";
    const learned = async (altered) => {
        const made = typeof contender === "function"
            ? await contender(altered, (0, data_1.mergeRatings)(altered.train, altered.test))
            : contender;
        name = made.name;
        return made.fit(altered.train, signal);
    };
    const before = await learned(split);
    const findings = [];
    for (const alteration of ["nothing", "stars and times", "films", "strangers"]) {
        const altered = ALTERED[alteration](split);
        const after = await learned(altered.split);
        findings.push({ alteration, altered: altered.ratings, ...difference(before, after, users) });
    }
    const differs = ({ differing }) => differing > 0;
    const [again, ...others] = findings;
    const verdict = differs(again) ? "not repeatable" : others.some(differs) ? "leaks" : "clean";
    return { contender: name, verdict, findings };
}
const ALTERED = {
    nothing: (split) => ({ split, ratings: 0 }),
    "stars and times": withOtherStars,
    films: withOtherFilms,
    strangers: withStrangers,
};
const YEAR = 365 * 24 * 3600;
function withOtherStars(split) {
    const { ratings, timestamps, scale } = split.test;
    const opposite = (stars) => {
        const mirrored = scale.min + scale.max - stars;
        return mirrored === stars ? scale.max : mirrored;
    };
    const test = {
        ...split.test,
        ratings: ratings.map(opposite),
        timestamps: timestamps.map((timestamp) => timestamp + YEAR),
    };
    return { split: { ...split, test }, ratings: ratings.length };
}
function withOtherFilms(split) {
    const { train, test } = split;
    const rated = (0, data_1.ratingsByUser)((0, data_1.mergeRatings)(train, test));
    const taken = new Map();
    const items = test.items.slice();
    let changed = 0;
    test.users.forEach((user, r) => {
        const own = taken.get(user) ?? new Set(rated.columns.subarray(rated.rowStart[user], rated.rowStart[user + 1]));
        taken.set(user, own);
        for (let step = 1; step < rated.cols; step++) {
            const other = (items[r] + step) % rated.cols;
            if (own.has(other))
                continue;
            own.add(other);
            items[r] = other;
            changed++;
            break;
        }
    });
    return { split: { ...split, test: { ...test, items } }, ratings: changed };
}
/** One new user for each known film and one new film for each known user, as far as `STRANGERS` goes. */
function withStrangers(split) {
    const { train, test } = split;
    const [users, items] = [train.userIds.length, train.itemIds.length];
    const newUsers = Math.min(STRANGERS, items);
    const newItems = Math.min(STRANGERS, users);
    const userIds = extended(train.userIds, newUsers);
    const itemIds = extended(train.itemIds, newItems);
    const space = { userIds, itemIds, userIndex: indexOf(userIds), itemIndex: indexOf(itemIds) };
    const added = newUsers + newItems;
    const joined = (longer, own, of) => {
        longer.set(own);
        for (let k = 0; k < added; k++)
            longer[own.length + k] = of(k);
        return longer;
    };
    const length = test.users.length + added;
    const latest = test.timestamps.reduce((late, timestamp) => Math.max(late, timestamp), 0);
    return {
        split: {
            ...split,
            train: { ...train, ...space },
            test: {
                ...test,
                ...space,
                users: joined(new Uint32Array(length), test.users, (k) => (k < newUsers ? users + k : k - newUsers)),
                items: joined(new Uint32Array(length), test.items, (k) => (k < newUsers ? k : items + k - newUsers)),
                ratings: joined(new Float32Array(length), test.ratings, () => test.scale.max),
                timestamps: joined(new Float64Array(length), test.timestamps, () => latest),
            },
        },
        ratings: added,
    };
}
const STRANGERS = 100;
function extended(ids, more) {
    const longer = new Uint32Array(ids.length + more);
    longer.set(ids);
    const largest = ids.reduce((most, id) => Math.max(most, id), 0);
    for (let k = 0; k < more; k++)
        longer[ids.length + k] = largest + 1 + k;
    return longer;
}
const indexOf = (ids) => new Map(Array.from(ids, (id, index) => [id, index]));
/** Over all items known before, of each of `users`. */
function difference(before, after, users) {
    const [scores, scoresAfter] = [new Float64Array(before.items), new Float64Array(after.items)];
    let [compared, differing] = [0, 0];
    let example = null;
    const compare = (user, item, was, is) => {
        compared++;
        if (Object.is(was, is))
            return;
        differing++;
        example ??= { user, item, before: was, after: is };
    };
    for (const user of users) {
        before.scoreItems(user, scores);
        after.scoreItems(user, scoresAfter);
        for (let item = 0; item < before.items; item++) {
            compare(user, item, scores[item], scoresAfter[item]);
            compare(user, item, before.predict(user, item), after.predict(user, item));
        }
    }
    return { compared, differing, example };
}
//# sourceMappingURL=leak-check.js.map