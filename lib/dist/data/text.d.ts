import { WorkspaceError } from "../errors";
import { type FileReading, type Layout, type PublishedFile } from "./published";
import type { QualityLedger } from "./quality";
type Encoding = Layout["encoding"];
/** A line's bytes as text. */
export declare const decodeLine: (bytes: Uint8Array, encoding: Encoding) => string;
/** A line's bytes as text that can be printed and traced back: where they are not UTF-8, bytes above 127 become \\xNN. */
export declare function printable(bytes: Uint8Array, encoding: Encoding): string;
export declare function headerMismatch(file: string, found: string, expected: string): WorkspaceError;
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
export declare function readTextRows(file: PublishedFile, form: TextForm, ledger: QualityLedger, reading: FileReading, onBytes: (bytes: number) => void, onRow: (fields: string[], line: number, text: string) => void): Promise<void>;
export {};
