import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  LAYOUTS,
  parseRating,
  parseTitle,
  readDataset,
  type Layout,
  type LayoutName,
} from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, inFolder, NOW, tuplesOf, type RatingTuple } from "./support";

const MOVIES = [1, 2, 30, 400000, 2000000];
const layoutOf = (name: LayoutName): Layout => LAYOUTS.find((layout) => layout.name === name)!;
const now = NOW.getTime() / 1000;

/** What the readable twin says of a file's lines: the ratings, and the line of every rejected row. */
function byTwin(lines: Buffer[], layout: Layout): { kept: RatingTuple[]; rejected: [number, string][] } {
  const kept: RatingTuple[] = [];
  const rejected: [number, string][] = [];
  const rated = new Set<string>();
  const duplicates: [number, string][] = [];
  lines.forEach((bytes, k) => {
    const line = k + (layout.header ? 2 : 1);
    const rating = parseRating(bytes, { layout, now, isMovie: (id) => MOVIES.includes(id) });
    if ("rule" in rating) return rejected.push([line, rating.rule]);
    const cell = `${rating.userId} ${rating.movieId}`;
    if (rated.has(cell)) return duplicates.push([line, "duplicate-rating"]);
    rated.add(cell);
    return kept.push([rating.userId, rating.movieId, rating.rating, rating.timestamp]);
  });
  return { kept, rejected: [...rejected, ...duplicates].sort((a, b) => a[0] - b[0]) };
}

async function byReader(
  lines: Buffer[],
  layout: Layout,
  lineEnd: string,
  lastLineEnd: boolean,
): Promise<{ kept: RatingTuple[]; rejected: [number, string][] }> {
  return inFolder(async (folder) => {
    const all = layout.header ? [Buffer.from("userId,movieId,rating,timestamp"), ...lines] : lines;
    const ends = Buffer.from(lineEnd);
    const bytes = all.flatMap((line, k) => (k < all.length - 1 || lastLineEnd ? [line, ends] : [line]));
    writeFileSync(join(folder, layout.ratings), Buffer.concat(bytes));
    const separator = layout.name === "100k" ? "|" : layout.separator;
    const movies = MOVIES.map((id) =>
      [id, `Film ${id} (1999)`, layout.name === "100k" ? "||" : "Drama"].join(separator),
    );
    if (layout.header) movies.unshift("movieId,title,genres");
    writeFileSync(join(folder, layout.movies), movies.join("\n"));
    for (const mark of layout.marks)
      if (mark !== layout.ratings && mark !== layout.movies) writeFileSync(join(folder, mark), "");
    const quarantine = join(folder, "bad.csv");
    const { dataset } = await readDataset(folder, { now: NOW, quarantine });
    const rejected = [
      ...readFileSync(quarantine, "latin1").matchAll(/^(?:ratings|u)\.\w+,(\d+),([\w-]+),/gm),
    ];
    return {
      kept: tuplesOf(dataset),
      rejected: rejected
        .map(([, line, rule]): [number, string] => [Number(line), rule])
        .sort((a, b) => a[0] - b[0]),
    };
  });
}

const digits = (...more: string[]): fc.Arbitrary<string> =>
  fc.constantFrom("1", "2", "30", "400000", "2000000", ...more);
const field = {
  user: digits("007", "4294967295", "4294967296", "99999999999", "", "-1", "1.5", " 1", "x"),
  movie: digits("3", "0", "999999999999", "", "1 "),
  rating: fc.constantFrom(
    ...[
      "0.5",
      "1",
      "1.0",
      "2.5",
      "3",
      "3.5",
      "4.0",
      "5",
      "5.0",
      "5.5",
      "0",
      "0.0",
      "4.3",
      "4.50",
      "45",
      "4.",
      ".5",
      "-1",
      "1e0",
      "x",
      "",
    ],
  ),
  timestamp: fc.constantFrom(
    ...[
      "964982703",
      "788918400",
      "788918399",
      "1577836800",
      "1577836801",
      "99999999999",
      "0",
      "-5",
      "964982703.5",
      "964982703 ",
      "",
    ],
  ),
};
const goodish = fc.tuple(
  fc.integer({ min: 1, max: 9 }).map(String),
  fc.constantFrom(...MOVIES).map(String),
  fc.constantFrom("1", "3.0", "4.5", "5"),
  fc.integer({ min: 788918400, max: 1577836800 }).map(String),
);
const lineFor = (separator: string): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 4, arbitrary: goodish.map((fields) => Buffer.from(fields.join(separator))) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(field.user, field.movie, field.rating, field.timestamp)
        .map((fields) => Buffer.from(fields.join(separator))),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(digits(":", ",", "\t", "::"), { maxLength: 6 })
        .map((fields) => Buffer.from(fields.join(separator))),
    },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ maxLength: 12 })
        .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13))),
    },
  );

for (const name of ["csv", "10m", "1m", "100k"] as const)
  test(`the fast scanner accepts, rejects and numbers the lines of ${name} exactly as its readable twin does`, async () => {
    const layout = layoutOf(name);
    await fc.assert(
      fc.asyncProperty(
        fc.array(lineFor(layout.separator), { minLength: 1, maxLength: 30 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        async (lines, lineEnd, lastLineEnd) => {
          // Without its line end, an empty last line is no line.
          if (!lastLineEnd && lines.at(-1)!.length === 0) lines = [...lines, Buffer.from("x")];
          assert.equal(await byReader(lines, layout, lineEnd, lastLineEnd), byTwin(lines, layout));
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

test("line numbers and rows stay right over the seams between the blocks of a large file", async () => {
  const lines = Array.from({ length: 120_000 }, (_, k) => {
    if (k % 9973 === 0) return Buffer.from(`${k},1,9.0,964982703`);
    // Duplicates of the row four thousand lines before, whose line number must be right as well.
    const user = k % 20011 === 20010 ? k - 4000 : k;
    return Buffer.from(`${user},${MOVIES[user % 3]},${(1 + (k % 10)) / 2},${964982703 + k}`);
  });
  const layout = layoutOf("csv");
  const expected = byTwin(lines, layout);
  assert.is(expected.rejected.filter(([, rule]) => rule === "duplicate-rating").length, 5);
  assert.equal(await byReader(lines, layout, "\r\n", true), expected);
});

test("a file without line ends is refused instead of filling the memory", async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, "ratings.csv"), "1".repeat(5_000_000));
    writeFileSync(join(folder, "movies.csv"), "movieId,title,genres\n");
    const error = await errorOf("DATA_INVALID", () => readDataset(folder));
    assert.match(error.message, "ratings.csv has a line longer than");
  });
});

test("a title's year is the one that it ends in, the first of a range; without one it is null", () => {
  const cases: [string, string, number | null][] = [
    ["Toy Story (1995)", "Toy Story (1995)", 1995],
    ["Assembly (Ji jie hao) (2007) ", "Assembly (Ji jie hao) (2007)", 2007],
    ["Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto (2006–2007)", 2006],
    ["Fawlty Towers (1975-1979)", "Fawlty Towers (1975-1979)", 1975],
    ["Big Bang Theory, The (2007- )\t ", "Big Bang Theory, The (2007- )", 2007],
    ["Land Before Time III (1995) (V)", "Land Before Time III (1995) (V)", 1995],
    [" Blank First (1990)", " Blank First (1990)", 1990],
    ["Babylon 5", "Babylon 5", null],
    ["2001: A Space Odyssey", "2001: A Space Odyssey", null],
    ["Room (Number 1408)", "Room (Number 1408)", null],
    ["Year (1408)", "Year (1408)", null],
    ["Nineteen (1984) Eighty-Four", "Nineteen (1984) Eighty-Four", null],
    ["", "", null],
  ];
  for (const [published, title, year] of cases) assert.equal(parseTitle(published), { title, year });
});

test.run();
