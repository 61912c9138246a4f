/** Text as HTML, safe in content and in attributes. */
export declare function escapeHtml(text: string): string;
/**
 * A number as a reader wants it: whole numbers in full with thousands separators, others with `digits`
 * decimal places, or to four significant digits.
 */
export declare function formatNumber(value: number | bigint, digits?: number): string;
