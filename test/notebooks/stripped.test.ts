import { projectPath } from "@movielens/lib/data";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runRunner, temporaryFolder, writeNotebook } from "./support";

interface Cell {
  cell_type: string;
  source: string | string[];
  metadata: { tags?: string[] };
  outputs?: unknown[];
  execution_count?: number | null;
}

interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: { name: string } };
}

const test = suite("committed notebooks");
const read = (path: string): Notebook => JSON.parse(readFileSync(path, "utf8")) as Notebook;
const text = ({ source }: Cell): string => (Array.isArray(source) ? source.join("") : source);

const notebooks = readdirSync(projectPath("notebooks"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ipynb") && !path.includes(".ipynb_checkpoints"))
  .map((path) => projectPath("notebooks", path));

test("there is at least one notebook to check", () => {
  assert.ok(notebooks.length > 0);
});

for (const path of notebooks) {
  const name = relative(projectPath(), path);

  test(`${name} is as \`npm run notebooks -- --strip\` leaves it: no outputs, no counts`, async () => {
    const folder = temporaryFolder();
    try {
      const copy = join(folder, basename(path));
      copyFileSync(path, copy);
      const { out, code } = await runRunner(["--strip", copy]);
      assert.is(code, 0);
      assert.match(out, /^clean/, `run npm run notebooks -- --strip ${name}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
    for (const cell of read(path).cells.filter(({ cell_type }) => cell_type === "code")) {
      assert.equal(cell.outputs, []);
      assert.is(cell.execution_count, null);
    }
  });

  test(`${name} runs on the project's kernel and has one cell of parameters`, () => {
    const { cells, metadata } = read(path);
    assert.is(metadata.kernelspec?.name, "tslab");
    const tagged = cells.filter((cell) => cell.metadata.tags?.includes("parameters"));
    assert.is(tagged.length, 1);
    assert.match(text(tagged[0]), /notebookParameters\(/);
  });

  test(`${name} opens with its goal, inputs and outputs`, () => {
    const [first] = read(path).cells;
    assert.is(first.cell_type, "markdown");
    for (const word of ["Goal", "Inputs", "Outputs"]) assert.match(text(first), new RegExp(`\\*\\*${word}`));
  });
}

test("stripping removes outputs, counts and editors' metadata, and keeps sources and tags", async () => {
  const folder = temporaryFolder();
  try {
    const path = writeNotebook(join(folder, "used.ipynb"), ["const a = 1;", "a"]);
    const used = read(path);
    used.cells[0].metadata = { tags: ["parameters"], ...{ execution: { started: "now" } } };
    used.cells[1].outputs = [{ output_type: "stream", name: "stdout", text: ["1\n"] }];
    used.cells[1].execution_count = 7;
    writeFileSync(path, JSON.stringify(used));
    assert.match((await runRunner(["--strip", path])).out, /^stripped/);
    const { cells } = read(path);
    assert.equal(cells.map(text), ["const a = 1;", "a"]);
    assert.equal(cells[0].metadata, { tags: ["parameters"] });
    assert.equal(cells[1].outputs, []);
    assert.is(cells[1].execution_count, null);
    assert.match((await runRunner(["--strip", path])).out, /^clean/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
