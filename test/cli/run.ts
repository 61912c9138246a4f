import { spawn } from "node:child_process";
import { projectPath } from "@movielens/lib/data";

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a built command as npm does. `onErr` sees stderr as it comes, and the process to act on. */
export function runCommand(
  name: string,
  argv: string[],
  onErr: (err: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [projectPath("lib", "dist", "cli", `${name}.js`), ...argv], {
      env,
    });
    const outcome: Outcome = { code: null, out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (outcome.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => {
      outcome.err += chunk.toString();
      onErr(outcome.err, (signal) => child.kill(signal));
    });
    child.on("error", fail);
    child.on("close", (code) => done({ ...outcome, code }));
  });
}
