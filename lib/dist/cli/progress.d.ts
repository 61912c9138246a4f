/** What is shown of a long step: a bar that redraws itself on a terminal, a line per tenth elsewhere; on stderr. */
export interface Progress {
    /** `done` of `total`; a total given here replaces the first one. */
    update(done: number, total?: number): void;
    /** Ends the bar, with one line saying how it went. */
    done(message?: string): void;
}
export interface ProgressOptions {
    label: string;
    /** Leave out where it is not known. */
    total?: number;
    /** What is counted: "bytes" are shown as kB, MB, GB; anything else by name. */
    unit: string;
    /** Where to write; stderr by default. */
    stream?: NodeJS.WritableStream & {
        isTTY?: boolean;
        columns?: number;
    };
}
export declare function createProgress(options: ProgressOptions): Progress;
