import { tableBundle, type DataFrameLike } from "@movielens/lib/notebook";
import { DataFrame } from "danfojs-node";
import { JSDOM } from "jsdom";
import { test } from "uvu";
import * as assert from "uvu/assert";

const films = [
  { movieId: 1, title: "Toy Story (1995)", ratings: 12345, mean: 3.92093 },
  { movieId: 2, title: "<b>Jumanji</b> & co", ratings: 110, mean: null },
];

function parsed(...args: Parameters<typeof tableBundle>): { document: Document; text: string } {
  const { data } = tableBundle(...args);
  const { document } = new JSDOM(data["text/html"] as string).window;
  return { document, text: data["text/plain"] as string };
}

const cells = (document: Document): string[][] =>
  [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );

test("a table has a caption, column headers with scope, and right-aligned numbers", () => {
  const { document } = parsed(films, { caption: "Films & ratings" });
  assert.is(document.querySelector("caption")?.textContent, "Films & ratings");
  const heads = [...document.querySelectorAll("th")];
  assert.equal(
    heads.map((th) => [th.textContent, th.scope, th.style.textAlign]),
    [
      ["movieId", "col", "right"],
      ["title", "col", "left"],
      ["ratings", "col", "right"],
      ["mean", "col", "right"],
    ],
  );
});

test("numbers have thousands separators, ids and years have none, a missing value is a dash", () => {
  const rows = [
    { movieId: 193609, year: 2018, ratings: 1234567, mean: 3.5 },
    { movieId: 1, mean: null },
  ];
  assert.equal(cells(parsed(rows, { caption: "c" }).document), [
    ["193609", "2018", "1,234,567", "3.500"],
    ["1", "–", "–", "–"],
  ]);
});

test("all numbers of a column have the same decimals, which `digits` sets", () => {
  const rows = [
    { rmse: 0.5, share: 12.25 },
    { rmse: 0.87654, share: 100 },
  ];
  assert.equal(cells(parsed(rows, { caption: "c" }).document), [
    ["0.5000", "12.3"],
    ["0.8765", "100.0"],
  ]);
  assert.equal(cells(parsed(rows, { caption: "c", digits: { share: 2 } }).document), [
    ["0.5000", "12.25"],
    ["0.8765", "100.00"],
  ]);
});

test("percentages and intervals align like numbers, words do not", () => {
  const rows = [
    { split: "random", cold: "5.0 %", interval: "0.240 ±0.025", mixed: "5.0 %" },
    { split: "time", cold: "31.5 %", interval: "–", mixed: "none" },
  ];
  const { document } = parsed(rows, { caption: "c" });
  const classes = [...document.querySelectorAll("tbody tr:first-child td")].map((cell) => cell.className);
  assert.equal(classes, ["", "number", "number", ""]);
});

test("text is escaped", () => {
  const { document } = parsed(films, { caption: "<script>alert(1)</script>" });
  assert.is(document.querySelector("script, b"), null);
  assert.is(cells(document)[1][1], "<b>Jumanji</b> & co");
});

test("a table that leaves rows out says how many there are", () => {
  const rows = Array.from({ length: 1234 }, (_, i) => ({ i }));
  const { document, text } = parsed(rows, { caption: "c" });
  assert.is(cells(document).length, 20);
  assert.is(document.querySelector(".movielens-table-note")?.textContent, "20 of 1,234 rows shown");
  assert.match(text, /20 of 1,234 rows shown$/);
  assert.is(parsed(rows.slice(0, 20), { caption: "c" }).document.querySelector("p"), null);
});

test("chosen columns appear in the chosen order, an unknown one is refused by name", () => {
  const { document } = parsed(films, { caption: "c", columns: ["mean", "title"] });
  assert.equal(
    [...document.querySelectorAll("th")].map((th) => th.textContent),
    ["mean", "title"],
  );
  assert.throws(
    () => tableBundle(films, { caption: "c", columns: ["rating"] }),
    (error: { code: string; message: string }) =>
      error.code === "TABLE_INVALID" &&
      error.message.includes("“rating”") &&
      error.message.includes("ratings"),
  );
});

test("a danfojs DataFrame and the rows that it was made of give the same table", () => {
  const frame = new DataFrame(films) as unknown as DataFrameLike;
  const { metadata, data } = tableBundle(frame, { caption: "c" });
  assert.equal(data, tableBundle(films, { caption: "c" }).data);
  assert.equal(metadata, { movielens: { kind: "table", caption: "c", rows: 2, shown: 2 } });
});

test("a number that is not finite is refused by column and row", () => {
  assert.throws(
    () => tableBundle([{ mean: 1 }, { mean: NaN }], { caption: "c" }),
    (error: { code: string; message: string }) =>
      error.code === "TABLE_INVALID" && /“mean” row 2 is NaN/.test(error.message),
  );
});

test.run();
