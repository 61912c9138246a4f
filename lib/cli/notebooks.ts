import { spawn } from "node:child_process";
import { Command } from "commander";
import { projectPath } from "../data";
import { phases } from "./phases";
import { venvPython } from "./jupyter";

/** `npm run notebooks`: executes notebooks as tests, or strips their outputs before a commit. */
export async function main(argv: string[] = process.argv): Promise<number> {
  const command = new Command("npm run notebooks --")
    .description("Execute notebooks and say which cell failed and why.")
    .argument("[notebooks...]", "paths (default: the six phases)")
    .option("--strip", "remove outputs and execution counts in place instead of executing")
    .option("--out <folder>", "where executed notebooks are written")
    .option("--timeout <seconds>", "how long one cell may take", "600");
  command.parse(argv);
  const options = command.opts<{ strip?: boolean; out?: string; timeout: string }>();
  const notebooks =
    command.args.length > 0 ? command.args : phases.map((phase) => projectPath(phase.notebook));
  const args = [projectPath("jupyter/run_notebooks.py"), "--timeout", options.timeout, ...notebooks];
  if (options.strip) args.push("--strip");
  if (options.out) args.push("--out", options.out);
  const child = spawn(venvPython(), args, { stdio: "inherit" });
  process.on("SIGINT", () => {}); // the runner stops its kernel first, and then says so by its exit code
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

if (require.main === module) void main().then((code) => process.exit(code));
