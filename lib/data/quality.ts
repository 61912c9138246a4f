import { closeSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { WorkspaceError } from "../errors";
import { RULES, ruleIds, type RuleId, type Severity } from "./rules";

/** A row that broke a rule: which file, which line of it (from 1, the header counted), why, and its text as published. */
export interface Finding {
  file: string;
  line: number;
  reason: string;
  text: string;
}

/** One rule's count over all files; `examples` are its first findings. */
export interface RuleCount {
  rule: RuleId;
  severity: Severity;
  says: string;
  count: number;
  examples: Finding[];
}

/** One published file: its bytes and SHA-256 as read, its data rows (headers not counted), how many of them were kept. */
export interface FileQuality {
  file: string;
  bytes: number;
  sha256: string;
  rowsRead: number;
  rowsKept: number;
}

/** What reading found. Every rule is listed, those never broken with count 0. */
export interface QualityReport {
  name: string;
  layout: string;
  hash: string;
  files: FileQuality[];
  rules: RuleCount[];
  rowsRead: number;
  rowsKept: number;
  /** The largest share of rejected rows in any one file: what the gate looks at. */
  badShare: number;
  /** Where the rejected rows were written; null when no path was given. */
  quarantine: string | null;
}

const EXAMPLES = 5;

/** Collects findings while files are read, and writes the rejected rows to the quarantine file as they come. */
export class QualityLedger {
  private readonly files = new Map<
    string,
    { bytes: number; sha256: string; rowsRead: number; rejected: number }
  >();
  private readonly counts = new Map<RuleId, { count: number; examples: Finding[] }>(
    ruleIds.map((rule) => [rule, { count: 0, examples: [] }]),
  );
  private readonly quarantine: QuarantineFile | null;

  constructor(quarantinePath?: string) {
    this.quarantine = quarantinePath === undefined ? null : new QuarantineFile(quarantinePath);
  }

  record(rule: RuleId, finding: Finding): void {
    const entry = this.counts.get(rule)!;
    entry.count++;
    if (entry.examples.length < EXAMPLES) entry.examples.push(finding);
    if (RULES[rule].severity === "note") return;
    this.file(finding.file).rejected++;
    this.quarantine?.add(rule, finding);
  }

  rows(file: string, rowsRead: number): void {
    this.file(file).rowsRead = rowsRead;
  }

  checksum(file: string, bytes: number, sha256: string): void {
    Object.assign(this.file(file), { bytes, sha256 });
  }

  /** Closes the quarantine file and puts it in place. */
  report(about: { name: string; layout: string; hash: string }): QualityReport {
    const files = [...this.files].map(([file, entry]) => ({
      file,
      bytes: entry.bytes,
      sha256: entry.sha256,
      rowsRead: entry.rowsRead,
      rowsKept: entry.rowsRead - entry.rejected,
    }));
    this.quarantine?.close();
    return {
      ...about,
      files,
      rules: ruleIds.map((rule) => ({ rule, ...RULES[rule], ...this.counts.get(rule)! })),
      rowsRead: files.reduce((sum, file) => sum + file.rowsRead, 0),
      rowsKept: files.reduce((sum, file) => sum + file.rowsKept, 0),
      badShare: Math.max(...files.map(badShareOf)),
      quarantine: this.quarantine?.path ?? null,
    };
  }

  /** Closes the quarantine file where reading broke off; what it holds so far stays beside the path, as `.part`. */
  abandon(): void {
    this.quarantine?.abandon();
  }

  private file(name: string): { bytes: number; sha256: string; rowsRead: number; rejected: number } {
    let entry = this.files.get(name);
    if (!entry) this.files.set(name, (entry = { bytes: 0, sha256: "", rowsRead: 0, rejected: 0 }));
    return entry;
  }
}

const badShareOf = (file: FileQuality): number =>
  file.rowsRead === 0 ? 0 : (file.rowsRead - file.rowsKept) / file.rowsRead;

/**
 * The data-quality gate: passes when no file has a larger share of rejected rows than `maxBadShare` (0 … 1).
 * @throws WorkspaceError DATA_QUALITY naming the file, the counts by rule and the first bad line;
 *   OPTION_INVALID for a share outside 0 … 1
 */
export function assertQuality(quality: QualityReport, maxBadShare: number): void {
  if (!(maxBadShare >= 0 && maxBadShare <= 1))
    throw new WorkspaceError("OPTION_INVALID", `the share of bad rows must lie in 0 … 1, not ${maxBadShare}`);
  if (quality.badShare <= maxBadShare) return;
  const worst = quality.files.reduce((a, b) => (badShareOf(b) > badShareOf(a) ? b : a));
  const broken = quality.rules.filter((rule) => rule.severity === "reject" && rule.count > 0);
  const first = broken.flatMap((rule) => rule.examples).find((example) => example.file === worst.file);
  throw new WorkspaceError(
    "DATA_QUALITY",
    `${quality.name}: ${worst.rowsRead - worst.rowsKept} of ${worst.rowsRead} rows of ${worst.file} are bad ` +
      `(${percent(badShareOf(worst))}, allowed ${percent(maxBadShare)}); all files: ` +
      broken.map((rule) => `${rule.rule} ${rule.count}`).join(", ") +
      (first ? `; first: ${first.file} line ${first.line}: ${first.reason}` : ""),
    {
      mend: quality.quarantine
        ? `Read ${quality.quarantine}, mend the rows, or raise the threshold with \`maxBadShare\` (\`--max-bad-share\`).`
        : "Write the bad rows to a file with `quarantine` (`--quarantine FILE`) and mend them, or raise the threshold with `maxBadShare` (`--max-bad-share`).",
    },
  );
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

class QuarantineFile {
  readonly path: string;
  private readonly part: string;
  private readonly descriptor: number;
  private waiting: string[] = ["file,line,rule,reason,text\n"];

  constructor(path: string) {
    this.path = resolve(path);
    this.part = `${this.path}.part`;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      this.descriptor = openSync(this.part, "w");
    } catch (cause) {
      const message = `the quarantine file ${this.path} cannot be written: ${(cause as Error).message}`;
      throw new WorkspaceError("OPTION_INVALID", message, {
        cause,
        mend: "Name a file in a folder that is yours.",
      });
    }
  }

  add(rule: RuleId, { file, line, reason, text }: Finding): void {
    this.waiting.push([file, line, rule, quoted(reason), quoted(text)].join(",") + "\n");
    if (this.waiting.length > 1000) this.flush();
  }

  close(): void {
    this.abandon();
    renameSync(this.part, this.path);
  }

  abandon(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    writeSync(this.descriptor, this.waiting.join(""));
    this.waiting = [];
  }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
