"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.memberOptions = memberOptions;
exports.sidesOf = sidesOf;
exports.joinedSide = joinedSide;
exports.joinedParts = joinedParts;
exports.ensembleParts = ensembleParts;
/** Models that are solved one by one; an ensemble whose models' own biases are not known is solved as one. */
const membersOf = ({ options, itemSeedBias }) => itemSeedBias ? (options.seeds ?? 1) : 1;
/** The options that each of an ensemble's models is solved by. */
function memberOptions(parts) {
    return { ...parts.options, rank: parts.options.rank / membersOf(parts) };
}
/** One side of each of an ensemble's models, by seed, as copies; of a single model its own arrays. */
function sidesOf(parts, name) {
    const members = membersOf(parts);
    const [ids, factors, bias, cofactors, seedBias] = name === "user"
        ? [parts.userIds, parts.userFactors, parts.userBias, parts.userCofactors, parts.userSeedBias]
        : [parts.itemIds, parts.itemFactors, parts.itemBias, parts.itemCofactors, parts.itemSeedBias];
    if (members === 1)
        return [{ name, ids, factors, bias, cofactors }];
    const { rank } = memberOptions(parts);
    const own = (joined, member) => {
        const block = new Float64Array(ids.length * rank);
        for (let row = 0; row < ids.length; row++)
            for (let f = 0; f < rank; f++)
                block[row * rank + f] = joined[(row * members + member) * rank + f] * Math.sqrt(members);
        return block;
    };
    return Array.from({ length: members }, (_, member) => ({
        name,
        ids,
        factors: own(factors, member),
        bias: bias.map((_, row) => seedBias[row * members + member]),
        cofactors: cofactors && own(cofactors, member),
    }));
}
/** Puts together again what `sidesOf` took apart. */
function joinedSide(members) {
    const n = members.length;
    const [first] = members;
    if (n === 1)
        return first;
    const rows = first.ids.length;
    const rank = first.factors.length / rows;
    const joined = (of) => {
        const factors = new Float64Array(rows * rank * n);
        members.forEach((side, member) => {
            const own = of(side);
            for (let row = 0; row < rows; row++)
                for (let f = 0; f < rank; f++)
                    factors[(row * n + member) * rank + f] = own[row * rank + f] / Math.sqrt(n);
        });
        return factors;
    };
    const seedBias = new Float64Array(rows * n);
    members.forEach(({ bias }, member) => {
        for (let row = 0; row < rows; row++)
            seedBias[row * n + member] = bias[row];
    });
    return {
        factors: joined(({ factors }) => factors),
        bias: first.bias.map((_, row) => members.reduce((sum, { bias }) => sum + bias[row], 0) / n),
        cofactors: first.cofactors && joined(({ cofactors }) => cofactors),
        seedBias,
    };
}
/** Both sides as parts of a model. */
function joinedParts(users, items) {
    const [user, item] = [joinedSide(users), joinedSide(items)];
    return {
        userIds: users[0].ids,
        itemIds: items[0].ids,
        userFactors: user.factors,
        itemFactors: item.factors,
        userBias: user.bias,
        itemBias: item.bias,
        userCofactors: user.cofactors,
        itemCofactors: item.cofactors,
        userSeedBias: user.seedBias,
        itemSeedBias: item.seedBias,
    };
}
/** Models of the same data, trained by the same options but for the seed, as one whose score is the mean of theirs. */
function ensembleParts(models, options) {
    return {
        ...models[0],
        ...joinedParts(models.flatMap((parts) => sidesOf(parts, "user")), models.flatMap((parts) => sidesOf(parts, "item"))),
        options: { ...options, rank: options.rank * models.length },
    };
}
//# sourceMappingURL=ensemble.js.map