/**
 * The one catalogue of errors. Each has a stable code, says what is wrong and where in its message, and
 * carries the mend: what a person does next. Floors above add their codes here, never a class of their own.
 */
declare const CATALOGUE: {
    readonly DATA_MISSING: "Check the path, or fetch the data with `npm run data:fetch -- <name>`.";
    readonly DATA_LAYOUT_UNKNOWN: "Point to a folder or zip as published by GroupLens (ml-latest*, ml-1m, ml-10m, ml-20m, ml-25m, ml-32m, ml-100k).";
    readonly DATA_QUALITY: "Read the quarantine file, mend the rows, or raise the threshold with `--max-bad-share`.";
    readonly DATA_INVALID: "Mend the named value.";
    readonly FETCH_FAILED: "Check the network, give another source with `--mirror URL`, or download the file in a browser.";
    readonly FETCH_CORRUPT: "Run the command again; if it happens again, give another source with `--mirror URL`.";
    readonly FETCH_ABORTED: "Run the same command again: it goes on where it stopped.";
    readonly SPLIT_INVALID: "Choose a fraction between 0 and 1, or fewer held-out ratings per user.";
    readonly OPTION_INVALID: "Choose a value in the range that the message names.";
    readonly SOLVE_FAILED: "Raise λ; a row whose system is not positive definite has too little regularisation.";
    readonly TRAINING_ABORTED: "Start again; nothing was written.";
    readonly THREAD_FAILED: "Train again; if it happens again, report it with the message and the shape of the data.";
    readonly MEMORY_EXCEEDED: "Lower the rank, or train with the Spark engine, which spreads over machines.";
    readonly INDEX_UNKNOWN: "Use a dense index of the data set that the model was trained on.";
    readonly METRIC_EMPTY: "Give the metric at least one case to measure.";
    readonly KERNEL_UNSUPPORTED: "Choose the kernel “TypeScript (MovieLens)”, started by `npm run lab`.";
    readonly CHART_INVALID: "Mend the named part of the figure.";
    readonly TABLE_INVALID: "Name columns that the table has.";
    readonly METRIC_INVALID: "Find out why the number does not exist; a metric of nothing is not a number.";
    readonly PARAMETER_INVALID: "Set the variable to a value of the type that the message names, or unset it.";
    readonly QUERY_UNKNOWN: "List the questions with `npm run olap -- --list`.";
    readonly MOVIE_UNKNOWN: "Leave out the movies that the message names, or train on data that has them.";
    readonly ITEM_COLD: "Choose a movie with ratings in the training data, or compare by genres.";
    readonly PREDICTION_INVALID: "Mend the model: every prediction must be a finite number.";
    readonly MODEL_MISSING: "Make one with `npm start`, or name a model's folder.";
    readonly MODEL_CORRUPT: "Export the model again, or go back to an older version in models/.";
    readonly MODEL_FOREIGN: "Export the model again with this version of the library.";
    readonly MODEL_INVALID: "Mend the named part of the model; nothing was written.";
    readonly PROMOTION_REFUSED: "Train a candidate that does better, or promote it all the same with `npm run model -- promote VERSION --force REASON`.";
    readonly PROMOTION_CONFLICT: "Look with `npm run model -- list`, and promote again if it should still be.";
    readonly MODEL_NOT_READY: "Ask again in a moment; /health/ready says when.";
    readonly USER_UNKNOWN: "Ask for a user of the training data, or give ratings in the body of a POST.";
    readonly TOKEN_INVALID: "Send the header `authorization: Bearer …` with the server's token.";
    readonly EVENTS_OFF: "Start the server with a folder for events: `npm run serve-model -- --events FOLDER`.";
    readonly EVENT_NOT_STORED: "Free some space or mend the disk, then send the same events again.";
    readonly EVENTS_CORRUPT: "Look at the line that the message names; remove it if it cannot be mended.";
    readonly REQUEST_INVALID: "Mend the named field; /docs shows what each request takes.";
    readonly PEER_FAILED: "Read the message, then run that peer alone with `--peer NAME`.";
    readonly LISTEN_FAILED: "Choose another address or port with --host and --port.";
};
export type ErrorCode = keyof typeof CATALOGUE;
/** A typed error of this project. `message` says what and where, `mend` says what to do about it. */
export declare class WorkspaceError extends Error {
    readonly code: ErrorCode;
    readonly mend: string;
    /** Where in a request the fault is, such as `ratings/0/rating`. */
    readonly field?: string;
    constructor(code: ErrorCode, message: string, options?: {
        mend?: string;
        field?: string;
        cause?: unknown;
    });
}
/** How a command shows an error: one line of what, one line of mend. */
export declare function describeError(error: unknown): string;
export {};
