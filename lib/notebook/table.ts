import { escapeHtml, WorkspaceError, type Row } from "../data";
import { emit, type MimeBundle } from "./kernel";
import { formatNumber } from "./text";

/** What is needed of a danfojs DataFrame. */
export interface DataFrameLike {
  columns: string[];
  values: unknown;
  shape: number[];
}

export interface TableOptions {
  caption: string;
  /** Which columns, in which order; all by default. */
  columns?: string[];
  /** More rows than these are left out, and the table says so. Default 20. */
  maxRows?: number;
  /** Decimal places of columns that are not all whole numbers, for all or by column. Default: so many that the largest shows four significant digits. */
  digits?: number | Record<string, number>;
}

const NONE = "–";
/** A percentage, or a number with half the width of its interval. */
const QUANTITY = /^[+−-]?\d[\d.,]* (?:%|±[\d.,]+)$/;

/**
 * Shows a danfojs DataFrame or rows (of a query) as a table that a screen reader can read. Numbers are
 * right-aligned with thousands separators, missing values a dash.
 *
 * Throws TABLE_INVALID for a column that the table lacks and for a number that is not finite.
 */
export function showTable(table: DataFrameLike | readonly Row[], options: TableOptions): void {
  emit(tableBundle(table, options));
}

/** The output that `showTable` emits. */
export function tableBundle(
  table: DataFrameLike | readonly Row[],
  { caption, columns: chosen, maxRows = 20, digits }: TableOptions,
): MimeBundle {
  const { names, rows } = grid(table);
  const columns = chosen ?? names;
  const places = columns.map((name) => {
    const at = names.indexOf(name);
    if (at < 0)
      throw new WorkspaceError("TABLE_INVALID", `no column “${name}”; the table has ${names.join(", ")}`);
    return at;
  });
  const shown = rows.slice(0, maxRows);
  shown.forEach((row, r) => places.forEach((at, c) => requireFinite(row[at], columns[c], r)));
  const numeric = places.map(
    (at) =>
      shown.some((row) => isNumber(row[at])) && shown.every((row) => row[at] == null || isNumber(row[at])),
  );
  const decimals = places.map((at, c) => {
    const asked = typeof digits === "object" ? digits[columns[c]] : digits;
    return numeric[c] ? decimalPlaces(shown.map((row) => row[at]).filter(isNumber), asked) : undefined;
  });
  const cells = shown.map((row) =>
    places.map((at, c) => formatCell(row[at], numeric[c], columns[c], decimals[c])),
  );
  // Percentages and intervals come as text; they align like the numbers that they are.
  const aligned = numeric.map(
    (yes, c) => yes || (cells.length > 0 && cells.every((row) => row[c] === NONE || QUANTITY.test(row[c]))),
  );
  const left = rows.length > shown.length;
  const note = `${formatNumber(shown.length)} of ${formatNumber(rows.length)} rows shown`;
  return {
    data: {
      "text/html": html(caption, columns, aligned, cells, left ? note : null),
      "text/plain": plain(caption, columns, aligned, cells, left ? note : null),
    },
    metadata: { movielens: { kind: "table", caption, rows: rows.length, shown: shown.length } },
  };
}

function grid(table: DataFrameLike | readonly Row[]): { names: string[]; rows: unknown[][] } {
  if ("columns" in table) return { names: table.columns, rows: table.values as unknown[][] };
  const names = [...new Set(table.flatMap((row) => Object.keys(row)))];
  return { names, rows: table.map((row) => names.map((name) => row[name])) };
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

function requireFinite(value: unknown, column: string, row: number): void {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new WorkspaceError("TABLE_INVALID", `column “${column}” row ${row + 1} is ${value}`, {
      mend: "Use null for a missing value.",
    });
}

/** One number of decimals for a column, so that the points align; none when all its numbers are whole. */
function decimalPlaces(values: (number | bigint)[], asked: number | undefined): number | undefined {
  if (values.every((value) => typeof value === "bigint" || Number.isInteger(value))) return 0;
  if (asked !== undefined) return asked;
  const largest = Math.max(...values.map((value) => Math.abs(Number(value))));
  return largest < 1e-4 ? undefined : Math.min(6, Math.max(1, 3 - Math.floor(Math.log10(largest))));
}

function formatCell(
  value: unknown,
  inNumericColumn: boolean,
  column: string,
  digits: number | undefined,
): string {
  if (value === null || value === undefined) return NONE;
  if (isNumber(value)) {
    // A year or an id among words is a name, not a quantity.
    return inNumericColumn && !isLabel(column) ? formatNumber(value, digits) : String(value);
  }
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Numbers that name things are written without thousands separators: a year, an id. */
const isLabel = (column: string): boolean => /(^|[^a-z])(year|id)$|Id$|Year$/i.test(column);

function html(
  caption: string,
  columns: string[],
  aligned: boolean[],
  cells: string[][],
  note: string | null,
): string {
  const align = aligned.map((yes) =>
    yes
      ? ' class="number" style="text-align:right;font-variant-numeric:tabular-nums"'
      : ' style="text-align:left"',
  );
  const head = columns.map((name, c) => `<th scope="col"${align[c]}>${escapeHtml(name)}</th>`).join("");
  const body = cells
    .map((row) => `<tr>${row.map((cell, c) => `<td${align[c]}>${escapeHtml(cell)}</td>`).join("")}</tr>`)
    .join("\n");
  return `<div class="movielens-table" style="overflow-x:auto"><table>
<caption style="text-align:left">${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table>${note === null ? "" : `\n<p class="movielens-table-note">${note}</p>`}</div>`;
}

function plain(
  caption: string,
  columns: string[],
  aligned: boolean[],
  cells: string[][],
  note: string | null,
): string {
  const lines = [columns, ...cells];
  const widths = columns.map((_, c) => Math.max(...lines.map((line) => line[c].length)));
  const text = lines.map((line) =>
    line
      .map((cell, c) => (aligned[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join("  ")
      .trimEnd(),
  );
  return [caption, ...text, ...(note === null ? [] : [note])].join("\n");
}
