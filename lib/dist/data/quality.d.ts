import { type RuleId, type Severity } from "./rules";
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
/** Collects findings while files are read, and writes the rejected rows to the quarantine file as they come. */
export declare class QualityLedger {
    private readonly files;
    private readonly counts;
    private readonly quarantine;
    constructor(quarantinePath?: string);
    record(rule: RuleId, finding: Finding): void;
    rows(file: string, rowsRead: number): void;
    checksum(file: string, bytes: number, sha256: string): void;
    /** Closes the quarantine file and puts it in place. */
    report(about: {
        name: string;
        layout: string;
        hash: string;
    }): QualityReport;
    /** Closes the quarantine file where reading broke off; what it holds so far stays beside the path, as `.part`. */
    abandon(): void;
    private file;
}
/**
 * The data-quality gate: passes when no file has a larger share of rejected rows than `maxBadShare` (0 … 1).
 * @throws WorkspaceError DATA_QUALITY naming the file, the counts by rule and the first bad line;
 *   OPTION_INVALID for a share outside 0 … 1
 */
export declare function assertQuality(quality: QualityReport, maxBadShare: number): void;
