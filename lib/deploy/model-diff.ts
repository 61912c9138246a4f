import { isDeepStrictEqual } from "node:util";
import { seenBy } from "../als";
import { ServedModel } from "../recommend";
import type { LoadedModel } from "./model-file";

/** One thing that two manifests say differently; undefined where one does not say it. */
export interface ManifestDifference {
  what: string;
  first: unknown;
  second: unknown;
}

export interface ModelDiff {
  first: string;
  second: string;
  /** Options, those of the lister too, data, metrics and counts that differ. */
  manifest: ManifestDifference[];
  users: { common: number; onlyFirst: number; onlySecond: number };
  films: { common: number; onlyFirst: number; onlySecond: number };
  /** Lists of common users with training ratings in both, evenly drawn; `overlap` is the mean share of the first list's films that the second has too. Null without a list. */
  lists: { users: number; n: number; overlap: number | null };
}

const MOST_LISTS = 500;

/** What changes for users when the second model takes the first one's place. @param n length of the lists compared */
export function diffModels(first: LoadedModel, second: LoadedModel, n = 10): ModelDiff {
  const said = [first, second].map(({ manifest: { options, metrics, data, ...rest } }) =>
    flat({
      kind: rest.kind,
      options,
      lister: rest.lister ?? "none",
      data,
      metrics,
      users: rest.users,
      items: rest.items,
      ratings: rest.ratings,
      libraryVersion: rest.libraryVersion,
      nodeVersion: rest.nodeVersion,
    }),
  );
  const names = [...new Set(said.flatMap((each) => Object.keys(each)))];
  const [a, b] = [first.model, second.model];
  const [served, servedThen] = [first, second].map(({ model, lister }) => new ServedModel(model, lister));
  const users = overlapOf(a.parts.userIds, b.parts.userIds);
  const films = overlapOf(a.parts.itemIds, b.parts.itemIds);
  const rated = users.pairs.filter(
    ([one, other]) => seenBy(a.parts.ratings, one).length > 0 && seenBy(b.parts.ratings, other).length > 0,
  );
  const step = Math.max(1, Math.ceil(rated.length / MOST_LISTS));
  const overlaps = rated
    .filter((_, at) => at % step === 0)
    .map(([one, other]) => {
      const before = served.recommend(one, n).map(({ item }) => a.parts.itemIds[item]);
      const after = new Set(servedThen.recommend(other, n).map(({ item }) => b.parts.itemIds[item]));
      return before.length === 0 ? null : before.filter((id) => after.has(id)).length / before.length;
    })
    .filter((overlap) => overlap !== null);
  return {
    first: first.manifest.version,
    second: second.manifest.version,
    manifest: names
      .filter((what) => !isDeepStrictEqual(said[0][what], said[1][what]))
      .map((what) => ({ what, first: said[0][what], second: said[1][what] })),
    users: users.counts,
    films: films.counts,
    lists: {
      users: overlaps.length,
      n,
      overlap:
        overlaps.length === 0 ? null : overlaps.reduce((sum, share) => sum + share, 0) / overlaps.length,
    },
  };
}

/** `{ options: { rank: 32 } }` as `{ "options.rank": 32 }`. */
function flat(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
      typeof part === "object" && part !== null
        ? Object.entries(flat(part)).map(([inner, of]) => [`${name}.${inner}`, of])
        : [[name, part]],
    ),
  ) as Record<string, unknown>;
}

/** Ids of both sides as pairs of dense indices. */
function overlapOf(
  first: Uint32Array,
  second: Uint32Array,
): { pairs: [number, number][]; counts: { common: number; onlyFirst: number; onlySecond: number } } {
  const at = new Map(Array.from(second, (id, index) => [id, index]));
  const pairs = Array.from(first, (id, index): [number, number] => [index, at.get(id) ?? -1]).filter(
    ([, other]) => other >= 0,
  );
  const common = pairs.length;
  return {
    pairs,
    counts: { common, onlyFirst: first.length - common, onlySecond: second.length - common },
  };
}
