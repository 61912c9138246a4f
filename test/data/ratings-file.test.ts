import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadRatingsFile, type LayoutName } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, inFolder, NOW } from "./support";

const SEPARATORS = { csv: ",", "100k": "\t", "1m": "::", "10m": "::" } as const;
const rows = [
  [7, 40, 3, 1000000000],
  [7, 2, 5, 1000000001],
  [3, 900001, 1, 1000000002],
];

const written = (folder: string, text: string): string => {
  const path = join(folder, "some.base");
  writeFileSync(path, text);
  return path;
};

for (const [layout, separator] of Object.entries(SEPARATORS))
  test(`a ${layout} ratings file is read alone, whatever its name, with movies that no table names`, () =>
    inFolder(async (folder) => {
      const text = rows.map((row) => row.join(separator)).join("\n");
      const header = layout === "csv" ? "userId,movieId,rating,timestamp\n" : "";
      const { users, items, userIds, itemIds, ratings, scale } = await loadRatingsFile(
        written(folder, header + text),
        layout as LayoutName,
      );
      assert.equal(
        Array.from(users, (user, r) => [userIds[user], itemIds[items[r]], ratings[r]]),
        rows.map((row) => row.slice(0, 3)),
      );
      assert.is(scale.min, layout === "csv" || layout === "10m" ? 0.5 : 1);
    }));

test("a csv file without its header loses no row", () =>
  inFolder(async (folder) => {
    const path = written(folder, rows.map((row) => row.join(",")).join("\r\n"));
    assert.is((await loadRatingsFile(path, "csv")).ratings.length, 3);
  }));

test("of a rating given twice the first is kept, and the gate counts the second", () =>
  inFolder(async (folder) => {
    const path = written(folder, [...rows, [7, 2, 1, 1000000009]].map((row) => row.join("::")).join("\n"));
    const dataset = await loadRatingsFile(path, "1m", { maxBadShare: 0.5 });
    assert.equal(Array.from(dataset.ratings), [3, 5, 1]);
    const quarantine = join(folder, "bad.csv");
    await errorOf("DATA_QUALITY", () => loadRatingsFile(path, "1m", { quarantine }));
    assert.match(readFileSync(quarantine, "utf8"), "duplicate-rating");
  }));

test("what cannot be read says why by its code", () =>
  inFolder(async (folder) => {
    mkdirSync(join(folder, "sub"));
    const tabs = rows.map((row) => row.join("\t")).join("\n");
    for (const [path, layout, code] of [
      [join(folder, "absent"), "csv", "DATA_MISSING"],
      [join(folder, "sub"), "csv", "DATA_INVALID"],
      [written(folder, "user,item,stars,when\n1,2,3,1000000000\n"), "csv", "DATA_INVALID"],
    ] as const)
      await errorOf(code, () => loadRatingsFile(path, layout));
    for (const [text, layout, code] of [
      ["", "csv", "DATA_INVALID"],
      ["", "100k", "DATA_INVALID"],
      ["userId,movieId,rating,timestamp\n", "csv", "DATA_INVALID"],
      [tabs, "1m", "DATA_QUALITY"],
      [tabs, "csv", "DATA_INVALID"],
      ["1\t2\t9\t1000000000\n", "100k", "DATA_QUALITY"],
    ] as const)
      await errorOf(code, () => loadRatingsFile(written(folder, text), layout, { now: NOW }));
  }));

test.run();
