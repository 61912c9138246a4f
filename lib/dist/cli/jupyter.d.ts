/** What became of one notebook. `failure` is what a person needs to mend it: cell, source, stack. */
export interface NotebookOutcome {
    ok: boolean;
    cells: number;
    seconds: number;
    failure: {
        kind: string;
        cell: number | null;
        text: string;
    } | null;
}
export interface ExecuteOptions {
    /** Folder that the executed notebook is written to, outputs included. */
    out?: string;
    /** Seconds that one cell may take. */
    timeout?: number;
    /** Added to the environment; `MOVIELENS_<NAME>` overrides a parameter of the notebook. */
    env?: Record<string, string>;
    onCell?: (cell: number, of: number) => void;
    signal?: AbortSignal;
}
/** Executes one notebook on the project's kernel. A failing notebook is an outcome; only a runner that cannot run throws. */
export declare function executeNotebook(notebook: string, options?: ExecuteOptions): Promise<NotebookOutcome>;
/** Renders executed notebooks and the index page into `out`; returns the files written. */
export declare function renderReports(executed: string[], out: string, signal?: AbortSignal): Promise<string[]>;
/** The Python of the project's .venv. */
export declare function venvPython(): string;
