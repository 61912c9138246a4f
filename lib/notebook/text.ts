/**
 * A number as a reader wants it: whole numbers in full with thousands separators, others with `digits`
 * decimal places, or to four significant digits.
 */
export function formatNumber(value: number | bigint, digits?: number): string {
  if (typeof value === "bigint") return value.toLocaleString("en-GB");
  if (digits !== undefined)
    return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (Number.isInteger(value)) return value.toLocaleString("en-GB");
  if (Math.abs(value) < 1e-4) return value.toExponential(2);
  return value.toLocaleString("en-GB", {
    maximumSignificantDigits: Math.max(4, Math.trunc(Math.log10(Math.abs(value))) + 1),
  });
}
