import { spawn } from "node:child_process";
import { Command } from "commander";
import { projectPath } from "../data";
import { asProgram, runCommand } from "./command";
import { notebooks as all } from "./phases";
import { venvPython } from "./jupyter";

/** `npm run notebooks`: executes notebooks as tests, or strips their outputs before a commit. */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("notebooks")
    .usage("-- [notebooks…] [options]")
    .description("Executes notebooks and says which cell failed and why.")
    .argument("[notebooks...]", `paths (default: the ${all.length} that npm start runs)`)
    .option("--strip", "remove outputs and execution counts in place instead of executing")
    .option("--out <folder>", "where executed notebooks are written")
    .option("--timeout <seconds>", "how long one cell may take", "600");
  return runCommand(command, argv, () => {
    const { strip, out, timeout } = command.opts<{ strip?: boolean; out?: string; timeout: string }>();
    const notebooks =
      command.args.length > 0 ? command.args : all.map(({ notebook }) => projectPath(notebook));
    const args = [projectPath("jupyter/run_notebooks.py"), "--timeout", timeout, ...notebooks];
    if (strip) args.push("--strip");
    if (out) args.push("--out", out);
    const child = spawn(venvPython(), args, { stdio: "inherit" });
    process.on("SIGINT", () => {}); // the runner stops its kernel first, and then says so by its exit code
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    return new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  });
}

asProgram(module, main);
