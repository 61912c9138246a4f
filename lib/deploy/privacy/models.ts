import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { AlsModelParts } from "../../als";
import { isVersionName, readModel, writeModel, type ModelContents } from "../model-file";
import { discardModels, makeCurrent, readCurrent, removeDrafts } from "../registry";
import type { PersonalPlace, PersonalRecord } from "./place";

/** What the records of the registry say; who it was, they do not. */
const REASON = "a user was erased";
const CARD_NOTE =
  "\n## Erased\nRows of users were erased from this model after its training, as they demanded. The figures above are of before; the films' factors, and the weights of a lister, were learned with those users' ratings among all others, and know nothing of who gave them. The next training knows nothing of these ratings.\n";

/**
 * A registry of models: a user's factors, biases, training ratings, and what these weigh in a lister. Versions do not change, so an erasure writes each
 * version that has the user anew, without that user's rows, under a name of its own with checksums of its own, and of the
 * same time and figures; makes the one current whose original was; and removes the originals for good. Servers take the new
 * one up as any other. What cannot be read as a model is left, and told of while it has the user among its ids.
 */
export function modelsPlace(modelsFolder: string): PersonalPlace {
  async function* versions(
    userId: number,
  ): AsyncGenerator<{ version: string; contents: ModelContents; user: number }> {
    const names = existsSync(modelsFolder) ? await readdir(modelsFolder) : [];
    for (const version of names.sort()) {
      // Drafts of exports too, which killed processes leave.
      if (!existsSync(join(modelsFolder, version, "user-ids.u32"))) continue;
      const contents = await readModel(join(modelsFolder, version));
      const user = contents.parts.userIds.indexOf(userId);
      if (user >= 0) yield { version, contents, user };
    }
  }
  return {
    name: `models in ${modelsFolder}`,
    async *find(userId): AsyncGenerator<PersonalRecord> {
      for await (const { version, contents, user } of versions(userId))
        yield { where: join(modelsFolder, version), what: rowOf(contents, user) };
    },
    async erase(userId) {
      if (!existsSync(modelsFolder)) return;
      await removeDrafts(modelsFolder);
      const discarded: string[] = [];
      for await (const { version, contents, user } of versions(userId)) {
        if (!isVersionName(version)) continue;
        const { manifest, movies, parts, listerParts, card = "" } = contents;
        const successor = await writeModel(withoutUser(parts, user), {
          folder: modelsFolder,
          lister: listerParts && { ...listerParts, inputs: withoutRow(listerParts.inputs, parts, user) },
          movies: [...movies.values()],
          card: () => (card.includes(CARD_NOTE) ? card : card + CARD_NOTE),
          data: manifest.data,
          metrics: manifest.metrics,
          now: new Date(manifest.created),
        });
        const current = (await readCurrent(modelsFolder))?.version;
        if (current === version)
          await makeCurrent(modelsFolder, successor.version, {
            action: "force",
            reason: REASON,
            expected: version,
          });
        discarded.push(version);
      }
      if (discarded.length > 0) await discardModels(modelsFolder, discarded, REASON);
    },
  };
}

/** What a model holds of one user. */
function rowOf({ parts, listerParts }: ModelContents, user: number): object {
  const { options, userFactors, userBias, ratings, itemIds } = parts;
  const [from, to] = [ratings.rowStart[user], ratings.rowStart[user + 1]];
  return {
    factors: [...userFactors.subarray(user * options.rank, (user + 1) * options.rank)],
    bias: userBias[user],
    ratings: Array.from(ratings.columns.subarray(from, to), (item, k) => ({
      movieId: itemIds[item],
      rating: ratings.values[from + k],
      ...(listerParts && { listerInput: listerParts.inputs[from + k] }),
    })),
  };
}

/** A column of one value for each rating, without the user's. */
function withoutRow<T extends Float32Array | Uint32Array>(
  values: T,
  { ratings: { rowStart } }: AlsModelParts,
  user: number,
): T {
  const [from, to] = [rowStart[user], rowStart[user + 1]];
  const kept = new (values.constructor as new (length: number) => T)(values.length - (to - from));
  kept.set(values.subarray(0, from));
  kept.set(values.subarray(to), from);
  return kept;
}

/** The model's parts as if the user had not been there; all else keeps its values. */
function withoutUser(parts: AlsModelParts, user: number): AlsModelParts {
  const { userIds, userFactors, userBias, userCofactors, userSeedBias, ratings, options } = parts;
  const without = <T extends Float64Array | Float32Array | Uint32Array>(values: T, width: number): T => {
    const kept = new (values.constructor as new (length: number) => T)(values.length - width);
    kept.set(values.subarray(0, user * width));
    kept.set(values.subarray((user + 1) * width), user * width);
    return kept;
  };
  const [from, to] = [ratings.rowStart[user], ratings.rowStart[user + 1]];
  const rowStart = without(ratings.rowStart, 1);
  for (let row = user; row < rowStart.length; row++) rowStart[row] = ratings.rowStart[row + 1] - (to - from);
  return {
    ...parts,
    userIds: without(userIds, 1),
    userFactors: without(userFactors, options.rank),
    userBias: without(userBias, 1),
    ...(userCofactors && { userCofactors: without(userCofactors, options.rank) }),
    ...(userSeedBias && { userSeedBias: without(userSeedBias, options.seeds ?? 1) }),
    ratings: {
      rowStart,
      columns: withoutRow(ratings.columns, parts, user),
      values: withoutRow(ratings.values, parts, user),
      rows: ratings.rows - 1,
      cols: ratings.cols,
    },
  };
}
