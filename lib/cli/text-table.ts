/** Lines of a table for a terminal: `right` holds the columns whose cells are right-aligned. */
export function textTable(
  head: readonly string[],
  rows: readonly string[][],
  right: ReadonlySet<number>,
): string[] {
  const all = [[...head], ...rows];
  const widths = head.map((_, c) => all.reduce((width, row) => Math.max(width, row[c].length), 0));
  return all.map((row) =>
    row
      .map((cell, c) => (right.has(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join("  ")
      .trimEnd(),
  );
}
