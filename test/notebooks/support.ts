import { projectPath } from "@movielens/lib/data";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Failure {
  kind: string;
  message: string;
  cell: number | null;
  line: number | null;
  text: string;
}

export interface Ended {
  notebook: string;
  ok: boolean;
  failure: Failure | null;
}

/** A new folder inside the project, so that its notebooks find the project's packages. */
export function temporaryFolder(): string {
  const parent = projectPath(".cache", "test");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "notebooks-"));
}

export function writeNotebook(path: string, sources: string[]): string {
  const notebook = {
    cells: sources.map((source, i) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${i}`,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: { display_name: "TypeScript (MovieLens)", language: "typescript", name: "tslab" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}

/** What an executed notebook shows, by MIME type, in its order. */
export function outputsOf(file: string): Record<string, unknown>[] {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as {
    cells: { outputs?: { data?: Record<string, unknown> }[] }[];
  };
  return cells.flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data));
}

/** What it tells its reader in words. */
export const wordsOf = (file: string): string =>
  outputsOf(file)
    .map((data) => data["text/markdown"] ?? "")
    .flat()
    .join("\n");

export const python = projectPath(
  ".venv",
  process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
);

export function startRunner(args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(python, [projectPath("jupyter", "run_notebooks.py"), ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export async function runRunner(
  args: string[],
  env?: Record<string, string>,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = startRunner(args, env);
  let [out, err] = ["", ""];
  child.stdout!.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}

export const ends = (out: string): Ended[] =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Ended & { event: string })
    .filter(({ event }) => event === "end");
