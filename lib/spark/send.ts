import { WorkspaceError } from "../errors";
import type { LocalColumn } from "./batch";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import { checkpointFolder } from "./kept";
import type { SparkSession } from "./session";

/**
 * Rows that are sent in one message, 20 bytes each or 40 MB: a server takes 128 MiB, but hands no more than that to one
 * task, where such a row takes 57 bytes, and on a small cluster one task has them all.
 */
const INLINE_ROWS = 2_000_000;

export interface SendOptions extends WaitOptions {
  /**
   * A folder that the driver and the executors can read, as they see it, by default what SPARK_STAGING names: more rows
   * than one message holds are written there as Parquet, in place of what it held. Without one they are written down in
   * the cluster's spark.checkpoint.dir.
   */
  staging?: string;
  /** Rows that are sent in one message; 2 million by default. */
  inline?: number;
}

/** Rows of here that become a table of Spark, of about 20 bytes each. */
export interface Sendable {
  /** Whose rows they are, for a message. */
  name: string;
  /** Of the folder in `staging`. */
  folder: string;
  rows: number;
  /** Rows from, and before until. */
  columns: (from: number, until: number) => Readonly<Record<string, LocalColumn>>;
}

/**
 * Rows on Spark, kept there until the session ends: sent in one message where they fit, else piece by piece.
 * @throws WorkspaceError SPARK_MESSAGE_TOO_LARGE for more than fit into a message where no folder can take them
 */
export async function sendRows(
  session: SparkSession,
  { name, folder, rows, columns }: Sendable,
  { staging = process.env.SPARK_STAGING, inline = INLINE_ROWS, ...wait }: SendOptions = {},
): Promise<Frame> {
  if (rows <= inline) return session.keep(session.local(columns(0, rows)), wait);
  const pieces = function* (): Generator<Frame> {
    for (let from = 0; from < rows; from += inline)
      yield session.local(columns(from, Math.min(rows, from + inline)));
  };
  if (staging) {
    const path = `${staging.replace(/\/$/, "")}/${folder}`;
    let ifExists: "overwrite" | "append" = "overwrite";
    for (const piece of pieces()) {
      await piece.writeParquet(path, { ...wait, ifExists });
      ifExists = "append";
    }
    return session.readParquet(path);
  }
  if ((await checkpointFolder(session)) === null)
    throw new WorkspaceError(
      "SPARK_MESSAGE_TOO_LARGE",
      `${name}: ${rows.toLocaleString("en")} rows are more than the ${inline.toLocaleString("en")} that are sent in one message`,
      {
        mend: "Name a folder that driver and executors can read with --staging or SPARK_STAGING, or give the cluster a spark.checkpoint.dir.",
      },
    );
  const kept: Record<string, Frame> = {};
  for (const piece of pieces()) kept[`piece${Object.keys(kept).length}`] = await session.keep(piece, wait);
  const all = Object.keys(kept).map((piece) => `SELECT * FROM ${piece}`);
  return session.sql(all.join(" UNION ALL "), {}, kept);
}
