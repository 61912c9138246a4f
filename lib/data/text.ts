import { isUtf8 } from "node:buffer";
import { parse as parseCsv } from "csv-parse/sync";
import { WorkspaceError } from "../errors";
import { wholeLines, withoutLineEnd, type FileReading, type Layout, type PublishedFile } from "./published";
import type { QualityLedger } from "./quality";

type Encoding = Layout["encoding"];

/** A line's bytes as text. */
export const decodeLine = (bytes: Uint8Array, encoding: Encoding): string =>
  Buffer.from(bytes).toString(encoding);

/** A line's bytes as text that can be printed and traced back: where they are not UTF-8, bytes above 127 become \\xNN. */
export function printable(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === "latin1" || isUtf8(bytes)) return decodeLine(bytes, encoding);
  return Array.from(bytes, (byte) =>
    byte < 128 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}

export function headerMismatch(file: string, found: string, expected: string): WorkspaceError {
  return new WorkspaceError(
    "DATA_INVALID",
    `${file} line 1: header is ${JSON.stringify(found.slice(0, 80))}, expected "${expected}"`,
    { mend: "Give the file as published; columns are neither renamed nor reordered here." },
  );
}

/** How one text file is cut into rows. */
export interface TextForm {
  encoding: Encoding;
  separator: string;
  columns: number;
  /** The header that the first line must be; absent where the layout has none. */
  header?: string;
  quotes: boolean;
}

/**
 * Calls `onRow` with the fields of every line that has the right encoding and number of columns; the others are
 * recorded as rejected. Lines are checked for UTF-8 one by one where a block is not, so that the bad one can be named.
 * No published layout has a line feed inside quotes, so a line is a row.
 * @throws WorkspaceError DATA_INVALID when the header is not `form.header`
 */
export async function readTextRows(
  file: PublishedFile,
  form: TextForm,
  ledger: QualityLedger,
  reading: FileReading,
  onBytes: (bytes: number) => void,
  onRow: (fields: string[], line: number, text: string) => void,
): Promise<void> {
  let line = 0;
  const row = (text: string): void => {
    if (line === 1 && form.header !== undefined) {
      if (text !== form.header) throw headerMismatch(file.name, text, form.header);
      return;
    }
    const fields = form.quotes && text.includes('"') ? quotedFields(text) : text.split(form.separator);
    if (fields === null)
      ledger.record("bad-quotes", { file: file.name, line, reason: "quotes are not balanced", text });
    else if (fields.length !== form.columns)
      ledger.record("column-count", {
        file: file.name,
        line,
        reason: `${fields.length} columns, expected ${form.columns}`,
        text,
      });
    else onRow(fields, line, text);
  };
  for await (const block of wholeLines(file, reading, onBytes)) {
    if (form.encoding === "latin1" || isUtf8(block)) {
      const lines = block.toString(form.encoding).split("\n");
      for (let k = 0; k < lines.length - 1; k++) {
        line++;
        row(lines[k].endsWith("\r") ? lines[k].slice(0, -1) : lines[k]);
      }
      continue;
    }
    for (let at = 0; at < block.length;) {
      line++;
      const next = block.indexOf(10, at) + 1;
      const bytes = withoutLineEnd(block.subarray(at, next));
      at = next;
      if (isUtf8(bytes)) row(bytes.toString("utf8"));
      else
        ledger.record("bad-utf8", {
          file: file.name,
          line,
          reason: "bytes that are not UTF-8",
          text: printable(bytes, form.encoding),
        });
    }
  }
  if (line === 0 && form.header !== undefined) throw headerMismatch(file.name, "", form.header);
  ledger.rows(file.name, line - (form.header === undefined ? 0 : 1));
}

function quotedFields(text: string): string[] | null {
  try {
    return parseCsv(text, { relax_column_count: true })[0] ?? [];
  } catch {
    return null;
  }
}
