// @ts-check
// The script behind every npm command: checks the machine, installs and builds what is missing or out of
// date, then runs the command. Until the packages are installed it may use only what Node ships, and it is
// plain JavaScript because Node 20 cannot run TypeScript.
import { spawn } from "node:child_process";

/** npm script → how it is run once everything is there. @type {Record<string, string[]>} */
const commands = {
  start: ["lib/dist/cli/start.js"],
  test: ["--import", "tsx", "test/run.ts"],
  lab: ["lib/dist/cli/lab.js"],
  notebooks: ["lib/dist/cli/notebooks.js"],
  olap: ["lib/dist/cli/olap.js"],
  scoreboard: ["lib/dist/cli/scoreboard.js"],
  train: ["lib/dist/cli/train.js"],
  model: ["lib/dist/cli/model.js"],
  evaluate: ["lib/dist/cli/evaluate.js"],
  bench: ["lib/dist/cli/bench.js"],
  "bench:bi": ["lib/dist/cli/bench-bi.js"],
  "bench:peers": ["lib/dist/cli/bench-peers.js"],
  "bench:spark": ["lib/dist/cli/bench-spark.js"],
  "bench:serve": ["lib/dist/cli/bench-serve.js"],
  fuzz: ["lib/dist/cli/fuzz.js"],
  monitor: ["lib/dist/cli/monitor.js"],
  replay: ["lib/dist/cli/replay.js"],
  retrain: ["lib/dist/cli/retrain.js"],
  privacy: ["lib/dist/cli/privacy.js"],
  "data:fetch": ["lib/dist/cli/data-fetch.js"],
  "data:check": ["lib/dist/cli/data-check.js"],
  "bi:dashboards": ["lib/dist/cli/bi-dashboards.js"],
  "bi:load": ["lib/dist/cli/bi-load.js"],
  "bi:rollback": ["lib/dist/cli/bi-rollback.js"],
  "es:up": ["lib/dist/cli/es-up.js"],
  "es:down": ["lib/dist/cli/es-down.js"],
  "spark:up": ["lib/dist/cli/spark-up.js"],
  "spark:down": ["lib/dist/cli/spark-down.js"],
  "serve-model": ["lib/dist/cli/serve-model.js"],
};

const nodeNeeded = [20, 19];

/** @returns {Promise<number>} the exit code */
async function main() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < nodeNeeded[0] || (major === nodeNeeded[0] && minor < nodeNeeded[1])) {
    console.error(
      `✗ Node ${nodeNeeded.join(".")} or newer is needed, this is ${process.versions.node}: install the current LTS version of Node`,
    );
    return 1;
  }
  // Loaded late: an older Node could not even link these modules, and its error would explain nothing.
  const { SetupError, root, setup } = await import("./setup.mjs");
  const [command, ...args] = process.argv.slice(2);
  try {
    if (command === "doctor") return (await import("./doctor.mjs")).doctor(args);
    if (!(command in commands))
      throw new SetupError(
        `unknown command "${command}"; there are: ${Object.keys(commands).join(", ")}, doctor`,
      );
    await setup();
    return await run(process.execPath, [...commands[command], ...args], root);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`✗ ${error.message}`);
    return 1;
  }
}

/** @param {string} program @param {string[]} args @param {string} cwd @returns {Promise<number>} */
function run(program, args, cwd) {
  const child = spawn(program, args, {
    cwd,
    stdio: "inherit",
  });
  // Staying alive on a signal lets the child clean up and name its exit code. A terminal's Ctrl-C reaches the
  // child by itself; passing it on as well would look like a second, impatient one.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

process.exit(await main());
