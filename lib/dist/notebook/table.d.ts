import { type Row } from "../data";
import { type MimeBundle } from "./kernel";
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
/**
 * Shows a danfojs DataFrame or rows (of a query) as a table that a screen reader can read. Numbers are
 * right-aligned with thousands separators, missing values a dash.
 *
 * Throws TABLE_INVALID for a column that the table lacks and for a number that is not finite.
 */
export declare function showTable(table: DataFrameLike | readonly Row[], options: TableOptions): void;
/** The output that `showTable` emits. */
export declare function tableBundle(table: DataFrameLike | readonly Row[], { caption, columns: chosen, maxRows, digits }: TableOptions): MimeBundle;
