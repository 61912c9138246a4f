// @ts-check
// `npm run doctor`: what this machine has, what is missing and what to do about it. Installs nothing.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cpus, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { diskNeededGiB, findPython, freeDiskGiB, python, pythonNeeded, root, SetupError } from "./setup.mjs";

const help = `Usage: doctor

Says what this machine has, what is missing, and what to do about it. Installs and changes nothing.
The exit code is 1 where something is missing that npm start and npm test need.`;

/**
 * @param {string[]} args what stands behind the command's name
 * @returns {number} 0 when nothing that the two commands need is missing
 */
export function doctor(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    return 0;
  }
  if (args.length > 0)
    throw new SetupError(`doctor does not know "${args[0]}"; npm run doctor -- --help says what it does`);
  const has = (/** @type {string[]} */ ...path) => existsSync(join(root, ...path));
  const found = findPython();
  const free = freeDiskGiB();
  const models = has("models")
    ? readdirSync(join(root, "models")).filter((name) => has("models", name, "manifest.json"))
    : [];
  const chromium = [process.env.CHROMIUM ?? "", "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
    (path) => path && existsSync(path),
  );
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  const gib = (/** @type {number} */ bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

  /** What is needed: [name, is it well?, what was seen, what to do]. @type {[string, boolean, string, string][]} */
  const needed = [
    ["Node", true, process.versions.node, ""],
    [
      "Python",
      Boolean(found.path),
      found.version ? `${found.version} (needs ${pythonNeeded.join(".")})` : "not found",
      found.problem ?? "",
    ],
    [
      "free disk",
      free >= diskNeededGiB || has("node_modules"),
      `${free.toFixed(1)} GiB`,
      `make room: a first set-up takes ${diskNeededGiB} GiB`,
    ],
    [
      "data",
      has("data", "ml-latest-small", "ratings.csv"),
      "data/ml-latest-small",
      "restore the folder: git checkout data/ml-latest-small",
    ],
  ];
  /** Made by the set-up itself, or only needed by some commands. @type {[string, boolean, string, string][]} */
  const other = [
    ["npm packages", has("node_modules", ".movielens-stamp"), "node_modules", "npm start installs them"],
    [
      "JupyterLab",
      has(".venv", ".movielens-stamp") && existsSync(python()),
      ".venv",
      "npm start installs it",
    ],
    ["library", has("lib", "dist", ".movielens-stamp"), "lib/dist", "npm start builds it"],
    ["reports", has("reports", "index.html"), "reports/index.html", "npm start writes them"],
    ["models", models.length > 0, models.sort().at(-1) ?? "none", "npm start trains and exports one"],
    [
      "Chromium",
      Boolean(chromium),
      chromium ?? "not found",
      "npm test needs it for its browser tests: apt install chromium, or name one in CHROMIUM",
    ],
    [
      "Java",
      java.status === 0,
      (java.stderr ?? "").split("\n")[0] || "not found",
      "only for a local Elasticsearch or Spark",
    ],
  ];

  const line = (/** @type {[string, boolean, string, string]} */ [name, ok, seen, mend]) =>
    console.log(`${ok ? "✓" : "✗"} ${name.padEnd(14)} ${seen}${ok || !mend ? "" : `\n    → ${mend}`}`);
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${gib(totalmem())} of memory, ${gib(freemem())} free`,
  );
  console.log(`version ${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version}\n`);
  needed.forEach(line);
  console.log();
  other.forEach(line);
  return needed.every(([, ok]) => ok) ? 0 : 1;
}
