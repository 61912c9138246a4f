import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { projectPath } from "@movielens/lib/data";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ends, runRunner, startRunner, temporaryFolder, writeNotebook, type Ended } from "./support";

const test = suite("notebook runner");

/** What each bad notebook contains, and what must be said of it. */
const BAD: Record<string, { cells: string[]; kind: string; cell: number; line?: number; says: RegExp }> = {
  "a type error": {
    cells: ["const ok = 1;", '// rank\nconst rank: number = "32";'],
    kind: "type-error",
    cell: 2,
    line: 2,
    says: /Type 'string' is not assignable to type 'number'/,
  },
  "a throw": {
    cells: [
      "interface Rating { stars: number }\n\nfunction check(rating: Rating): void {\n  if (rating.stars > 5) throw new RangeError(`${rating.stars} stars`);\n}",
      "check({ stars: 6 });",
      'console.log("never")',
    ],
    kind: "exception",
    cell: 1,
    line: 4,
    says: /RangeError: 6 stars[^]*at check \(cell 1, line 4\)\n\s*at cell 2, line 1/,
  },
  "a throw in the last cell": {
    cells: ["const a = 1;", 'throw new Error("at the end");'],
    kind: "exception",
    cell: 2,
    line: 1,
    says: /Error: at the end/,
  },
  "an error of the library, with its mend": {
    cells: ['import { recordMetric } from "@movielens/lib/notebook";\nrecordMetric("rmse", NaN);'],
    kind: "exception",
    cell: 1,
    line: 2,
    says: /“rmse” is NaN[^]*→ Find out why/,
  },
  "an awaited rejection": {
    cells: ['await Promise.reject(new Error("awaited"));'],
    kind: "exception",
    cell: 1,
    line: 1,
    says: /Error: awaited/,
  },
  "an unawaited rejection": {
    cells: ['Promise.reject(new Error("unawaited")); 1', 'console.log("never")'],
    kind: "stray-rejection",
    cell: 1,
    line: 1,
    says: /rejected promise that nothing awaits: Error: unawaited/,
  },
  "an unawaited rejection after the last cell": {
    cells: [
      'console.log("before")',
      'async function late() {\n  await new Promise((r) => setTimeout(r, 900));\n  throw new Error("late");\n}\nlate(); 1',
    ],
    kind: "stray-rejection",
    cell: 2,
    line: 3,
    says: /Error: late/,
  },
  "a throw in a timer": {
    cells: [
      'setTimeout(() => {\n  throw new Error("timer");\n}, 50); 1',
      "await new Promise((r) => setTimeout(r, 300));",
    ],
    kind: "stray-exception",
    cell: 1,
    line: 2,
    says: /outside any cell[^]*Error: timer/,
  },
  "an exit": { cells: ["process.exit(3)"], kind: "dead-kernel", cell: 1, says: /exit code 3/ },
  "a killed kernel": {
    cells: ['process.kill(process.pid, "SIGKILL"); await new Promise((r) => setTimeout(r, 3000));'],
    kind: "dead-kernel",
    cell: 1,
    says: /SIGKILL/,
  },
  "an exit after the last cell": {
    cells: ['console.log("before")', "setTimeout(() => process.exit(0), 150); 1"],
    kind: "dead-kernel",
    cell: 2,
    says: /ended with exit code 0/,
  },
  "an output that the report cannot show": {
    cells: ['import * as tslab from "tslab";\ntslab.display.gif(new Uint8Array([1]));'],
    kind: "output",
    cell: 1,
    says: /image\/gif/,
  },
  "an output that asks a server": {
    cells: [
      'import * as tslab from "tslab";\ntslab.display.html(\'<img src="https://example.org/a.png">\');',
    ],
    kind: "output",
    cell: 1,
    says: /request to a server/,
  },
  "a cell that never ends": {
    cells: ["while (true) {}"],
    kind: "timeout",
    cell: 1,
    says: /longer than 10 s/,
  },
};

const GOOD = [
  'import { recordMetric, showChart, showFinding, showTable } from "@movielens/lib/notebook";',
  'console.error("a warning is no error");\nawait new Promise((r) => setTimeout(r, 20));',
  'showChart({ data: [{ type: "bar", x: ["Drama"], y: [4361] }] }, { caption: "Films.", alt: "Drama leads." });',
  'showTable([{ a: 1 }], { caption: "One." });\nshowFinding("Drama leads.");\nrecordMetric("films", 4361);',
];

let folder: string;
let ended: Map<string, Ended>;
let code: number | null;

test.before(async () => {
  folder = temporaryFolder();
  const paths = Object.entries(BAD).map(([name, { cells }]) =>
    writeNotebook(join(folder, `${name}.ipynb`), cells),
  );
  paths.push(writeNotebook(join(folder, "good.ipynb"), GOOD));
  const run = (timeout: number, own: string[]): ReturnType<typeof runRunner> =>
    runRunner(["--json", "--timeout", String(timeout), "--out", join(folder, "out"), ...own]);
  // A busy machine may take long over any cell: only the endless one is given little time.
  const endless = (path: string): boolean => path.includes("never ends");
  const runs = await Promise.all([
    run(
      120,
      paths.filter((path) => !endless(path)),
    ),
    run(10, paths.filter(endless)),
  ]);
  [{ code }] = runs;
  const out = runs.map((one) => one.out).join("");
  ended = new Map(ends(out).map((end) => [basename(end.notebook, ".ipynb"), end]));
  assert.is(ended.size, paths.length, out + runs.map(({ err }) => err).join(""));
});

test.after(() => rmSync(folder, { recursive: true }));

for (const [name, expected] of Object.entries(BAD))
  test(`${name} fails the notebook, and is shown with its cell and line`, () => {
    const { ok, failure } = ended.get(name)!;
    assert.is(ok, false);
    assert.is(failure!.kind, expected.kind, failure!.text);
    assert.is(failure!.cell, expected.cell, failure!.text);
    assert.match(failure!.text, expected.says);
    if (expected.line) {
      assert.is(failure!.line, expected.line, failure!.text);
      const source = expected.cells[expected.cell - 1].split("\n")[expected.line - 1];
      assert.ok(failure!.text.includes(`> ${expected.line} | ${source}`), failure!.text);
    }
    assert.not.match(failure!.text, /\x1b|node_modules|node:internal|\bcell-\d/);
  });

test("a good notebook passes and is written with its outputs, without timestamps", () => {
  assert.is(ended.get("good")!.failure, null);
  assert.is(code, 1);
  assert.equal(readdirSync(join(folder, "out")), ["good.ipynb"]);
  const { cells } = JSON.parse(readFileSync(join(folder, "out", "good.ipynb"), "utf8")) as {
    cells: { metadata: object; outputs: { data?: object; metadata?: { movielens?: { kind: string } } }[] }[];
  };
  assert.is(cells.length, GOOD.length);
  assert.ok(cells.every(({ metadata }) => Object.keys(metadata).length === 0));
  const kinds = cells
    .flatMap(({ outputs }) => outputs.map((o) => o.metadata?.movielens?.kind))
    .filter(Boolean);
  assert.equal(kinds, ["chart", "table", "finding", "metric"]);
});

/** zeromq where binding takes a second: what is sent meanwhile is refused, as it is there. */
const SLOW_BIND = `
const { Publisher } = require(${JSON.stringify(createRequire(projectPath("node_modules", "tslab", "package.json")).resolve("zeromq"))});
const { bind, send } = Publisher.prototype;
let binding = false;
const methods = {
  async bind(address) {
    binding = true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    binding = false;
    return bind.call(this, address);
  },
  async send(parts) {
    if (binding) throw new Error("Socket is blocked by a bind or unbind operation");
    return send.call(this, parts);
  },
};
for (const [name, value] of Object.entries(methods)) Object.defineProperty(Publisher.prototype, name, { value });`;

test("a kernel that is asked before it could bind its sockets one by one answers all the same", async () => {
  const preload = join(folder, "slow-bind.cjs");
  writeFileSync(preload, SLOW_BIND);
  const path = writeNotebook(join(folder, "asked early.ipynb"), ['console.log("answered");']);
  const { out, err } = await runRunner(["--json", path], { NODE_OPTIONS: `--require "${preload}"` });
  const [{ ok, failure }] = ends(out);
  assert.ok(ok, (failure?.text ?? "") + err);
});

test("a kernel whose port is taken ends, and says which", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const file = join(folder, "connection.json");
  writeFileSync(
    file,
    JSON.stringify({
      transport: "tcp",
      ip: "127.0.0.1",
      key: "a",
      ...{ iopub_port: "*", shell_port: port, control_port: "*", stdin_port: "*", hb_port: "*" },
    }),
  );
  const args = ["--require", projectPath("jupyter", "kernel-guard.cjs")];
  const tslab = projectPath("node_modules", "tslab", "bin", "tslab");
  const kernel = spawn(process.execPath, [...args, tslab, "kernel", `--config-path=${file}`], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 60_000,
  });
  let said = "";
  kernel.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(kernel, "close")) as [number];
  taken.close();
  assert.is(code, 1, said);
  assert.match(said, `cannot listen on port ${port}`);
});

for (const signal of ["SIGINT", "SIGKILL"] as const)
  test(`the kernel ends with a runner that gets ${signal}, even in an endless loop`, async () => {
    const path = writeNotebook(join(folder, `${signal}.ipynb`), [
      `require("node:fs").writeFileSync("${signal}.pid", String(process.pid));`,
      "while (true) {}",
    ]);
    const runner = startRunner(["--json", path]);
    const closed = new Promise<number | null>((resolve) => runner.on("exit", resolve));
    const pid = await until(() => Number(readIfThere(join(folder, `${signal}.pid`))));
    runner.kill(signal);
    assert.is(await closed, signal === "SIGINT" ? 130 : null);
    await until(() => !isRunning(pid));
  });

async function until<T>(probe: () => T): Promise<NonNullable<T>> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const value = probe();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("waited for a minute");
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.run();
