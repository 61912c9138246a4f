import { readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem, type } from "node:os";
import { WorkspaceError } from "../data";

/** What figures were measured on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGib: number;
  os: string;
  node: string;
}

export function machineHere(): Machine {
  const [{ model }] = cpus();
  return {
    cpu: model.trim(),
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${/^\d+(\.\d+)?/.exec(release())![0]}`,
    node: process.version,
  };
}

/** @param date ISO 8601, UTC */
export const measuredOn = (date: string, { cpu, cores, memoryGib, os, node }: Machine): string =>
  `Recorded on ${date.slice(0, 10)} on ${cores} cores of ${cpu}, ${memoryGib} GiB, ${os}, Node ${node}.`;

export const writeRecording = (path: string, recording: object): Promise<void> =>
  writeFile(path, `${JSON.stringify(recording, null, 2)}\n`);

const END = "<!-- to here -->";

/**
 * The page with the text between the marks of a command in place of what stands there.
 * @throws WorkspaceError DATA_INVALID for a page without them
 */
export function withRecorded(page: string, command: string, text: string): string {
  const begin = `<!-- ${command} --document writes from here -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0)
    throw new WorkspaceError("DATA_INVALID", `the page lacks the line ${begin}, or ${END} after it`, {
      mend: "Put both lines where the tables belong.",
    });
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** Writes a page anew. @param anew of the whole text, as `withRecorded` */
export async function rewrite(path: string, anew: (page: string) => string): Promise<void> {
  await writeFile(path, anew(await readFile(path, "utf8")));
}

/** As Prettier leaves it: `right` holds the columns whose cells are right-aligned. */
export function markdownTable(
  head: readonly string[],
  rows: readonly string[][],
  right: ReadonlySet<number>,
): string {
  const widths = head.map((_, c) => Math.max(3, ...[head, ...rows].map((line) => line[c].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, c) => (right.has(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join(" | ")} |`;
  const rule = widths.map((width, c) => (right.has(c) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
