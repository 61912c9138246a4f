/**
 * The one catalogue of errors. Each has a stable code, says what is wrong and where in its message, and
 * carries the mend: what a person does next. Floors above add their codes here, never a class of their own.
 */
const CATALOGUE = {
  DATA_MISSING: "Check the path, or fetch the data with `npm run data:fetch -- <name>`.",
  DATA_LAYOUT_UNKNOWN:
    "Point to a folder or zip as published by GroupLens (ml-latest*, ml-1m, ml-10m, ml-20m, ml-25m, ml-32m, ml-100k).",
  DATA_QUALITY: "Read the quarantine file, mend the rows, or raise the threshold with `--max-bad-share`.",
  DATA_INVALID: "Mend the named value.",
  FETCH_FAILED:
    "Check the network, give another source with `--mirror URL`, or download the file in a browser.",
  FETCH_CORRUPT: "Run the command again; if it happens again, give another source with `--mirror URL`.",
  FETCH_ABORTED: "Run the same command again: it goes on where it stopped.",
  SPLIT_INVALID: "Choose a fraction between 0 and 1, or fewer held-out ratings per user.",
  OPTION_INVALID: "Choose a value in the range that the message names.",
  SOLVE_FAILED: "Raise λ; a row whose system is not positive definite has too little regularisation.",
  TRAINING_ABORTED: "Start again; nothing was written.",
  CHECKPOINT_INVALID:
    "Remove the file and start the training anew, or name the checkpoint of this very training.",
  THREAD_FAILED: "Train again; if it happens again, report it with the message and the shape of the data.",
  MEMORY_EXCEEDED: "Lower the rank, or train with the Spark engine, which spreads over machines.",
  INDEX_UNKNOWN: "Use a dense index of the data set that the model was trained on.",
  METRIC_EMPTY: "Give the metric at least one case to measure.",
  KERNEL_UNSUPPORTED: "Choose the kernel “TypeScript (MovieLens)”, started by `npm run lab`.",
  CHART_INVALID: "Mend the named part of the figure.",
  TABLE_INVALID: "Name columns that the table has.",
  METRIC_INVALID: "Find out why the number does not exist; a metric of nothing is not a number.",
  PARAMETER_INVALID: "Set the variable to a value of the type that the message names, or unset it.",
  QUERY_UNKNOWN: "List the questions with `npm run olap -- --list`.",
  MOVIE_UNKNOWN: "Leave out the movies that the message names, or train on data that has them.",
  ITEM_COLD: "Choose a movie with ratings in the training data, or compare by genres.",
  PREDICTION_INVALID: "Mend the model: every prediction must be a finite number.",
  MODEL_MISSING: "Make one with `npm start`, or name a model's folder.",
  MODEL_CORRUPT: "Export the model again, or go back to an older version in models/.",
  MODEL_FOREIGN: "Export the model again with this version of the library.",
  MODEL_INVALID: "Mend the named part of the model; nothing was written.",
  PROMOTION_REFUSED:
    "Train a candidate that does better, or promote it all the same with `npm run model -- promote VERSION --force REASON`.",
  PROMOTION_CONFLICT: "Look with `npm run model -- list`, and promote again if it should still be.",
  MODEL_NOT_READY: "Ask again in a moment; /health/ready says when.",
  USER_UNKNOWN: "Ask for a user of the training data, or give ratings in the body of a POST.",
  TOKEN_INVALID: "Send the header `authorization: Bearer …` with the server's token.",
  EVENTS_OFF: "Start the server with a folder for events: `npm run serve-model -- --events FOLDER`.",
  EVENT_NOT_STORED: "Free some space or mend the disk, then send the same events again.",
  EVENTS_CORRUPT: "Look at the line that the message names; remove it if it cannot be mended.",
  REPLAY_FAILED: "Mend what the message names, then run the same command again: it goes on where it stopped.",
  REPLAY_STOPPED: "Run the same command again: it goes on where it stopped.",
  REQUEST_INVALID: "Mend the named field; /docs shows what each request takes.",
  FUZZER_MISSING: "It needs Python ≥ 3.10 with venv and a package index; run the command again.",
  PEER_FAILED: "Read the message, then run that peer alone with `--peer NAME`.",
  LISTEN_FAILED: "Choose another address or port with --host and --port.",
  QUERY_UNSUPPORTED: "Ask DuckDB: `npm run olap -- <question>`.",
  SEARCH_UNREACHABLE:
    "Check the address and that the server is up; `npm run es:up` starts one on this machine.",
  SEARCH_REFUSED:
    "Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, to an account that may do this.",
  SEARCH_BUSY: "Load again when the server has less to do.",
  SEARCH_BLOCKED:
    "Make room on the server's disk, then lift the block: set index.blocks.read_only and index.blocks.read_only_allow_delete to null.",
  SEARCH_FAILED: "Mend what the server's answer names.",
  INDEX_CONFLICT: "Remove or rename what stands in the way; the message names it.",
  DOCUMENTS_REFUSED:
    "Mend the documents that the message names and load again; readers still see the version before.",
  LOAD_MISMATCH: "Load again; readers still see the version before.",
  LOAD_ABORTED: "Run the same command again; readers still see the version before.",
  VERSION_MISSING: "Load twice first: `npm run bi:load` keeps the version before.",
  DASHBOARD_INVALID: "Mend the dashboard in lib/bi/dashboards; nothing was written.",
  IMPORT_REFUSED: "Mend or remove the objects that the message names, then import again.",
  SERVER_UNAVAILABLE: "Give the address of a server of your own with --url.",
  SPARK_UNREACHABLE:
    "Check SPARK_REMOTE and that the Spark Connect server is up, then run again; `npm run spark:up` starts one on this machine.",
  SPARK_REFUSED: "Give the server's token in the address: SPARK_REMOTE=sc://host:port/;token=…",
  SPARK_FAILED: "Mend what Spark's message names.",
  SPARK_MESSAGE_TOO_LARGE:
    "Write the data as Parquet where the driver and the executors can read it, and name the path.",
  SPARK_SESSION_LOST:
    "Run again: Spark's server has forgotten this session, with its views and models; it was started again, or the session was idle for too long.",
  SPARK_ABORTED: "Run again; what had been written before is still there.",
} as const;

export type ErrorCode = keyof typeof CATALOGUE;

/** A condition of Spark's own catalogue, such as `DIVIDE_BY_ZERO` with SQLSTATE `22012`. */
export interface SparkCondition {
  errorClass: string;
  /** Five characters; absent where the condition has none. */
  sqlState?: string;
}

/** A typed error of this project. `message` says what and where, `mend` says what to do about it. */
export class WorkspaceError extends Error {
  readonly code: ErrorCode;
  readonly mend: string;
  /** Where in a request the fault is, such as `ratings/0/rating`. */
  readonly field?: string;
  /** What Spark calls the error. */
  readonly spark?: SparkCondition;

  constructor(
    code: ErrorCode,
    message: string,
    options: { mend?: string; field?: string; spark?: SparkCondition; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "WorkspaceError";
    this.code = code;
    this.mend = options.mend ?? CATALOGUE[code];
    this.field = options.field;
    this.spark = options.spark;
  }
}

/** How a command shows an error: one line of what, one line of mend. */
export function describeError(error: unknown): string {
  if (error instanceof WorkspaceError) return `${error.code}: ${error.message}\n  → ${error.mend}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
