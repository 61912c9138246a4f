import { randomUUID } from "node:crypto";
import { WorkspaceError } from "../errors";
import type { LocalColumn } from "./batch";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import { checkpointFolder } from "./kept";
import type { SparkSession } from "./session";

/**
 * Bytes of rows that are sent in one message, 2 million ratings: a server takes 128 MiB, but hands no more than that to
 * one task, where a rating's 20 bytes become 57, and on a small cluster one task has them all.
 */
const INLINE_BYTES = 40_000_000;

export interface SendOptions extends WaitOptions {
  /**
   * A folder that the driver and the executors can read, as they see it, by default what SPARK_STAGING names: more rows
   * than one message holds are written there as Parquet, in a folder of their own which stays. Without one they are
   * written down in the cluster's spark.checkpoint.dir.
   */
  staging?: string;
  /** Rows that are sent in one message; 40 MB of them by default, which are 2 million ratings. */
  inline?: number;
}

/** Rows of here that become a table of Spark. */
export interface Sendable {
  /** Whose rows they are, for a message. */
  name: string;
  /** Of the folder in `staging`. */
  folder: string;
  rows: number;
  /** Of a row. */
  bytes: number;
  /** Rows from, and before until. */
  columns: (from: number, until: number) => Readonly<Record<string, LocalColumn>>;
  /** What becomes of them there before they are kept. */
  shaped?: (rows: Frame) => Frame;
}

/**
 * Rows on Spark, kept there until the session ends: sent in one message where they fit, else piece by piece.
 * @throws WorkspaceError SPARK_MESSAGE_TOO_LARGE for more than fit into a message where no folder can take them
 */
export async function sendRows(
  session: SparkSession,
  { name, folder, rows, bytes, columns, shaped = (frame) => frame }: Sendable,
  {
    staging = process.env.SPARK_STAGING,
    inline = Math.ceil(INLINE_BYTES / bytes),
    ...wait
  }: SendOptions = {},
): Promise<Frame> {
  const pieceOf = (from: number): Frame =>
    shaped(session.local(columns(from, Math.min(rows, from + inline))));
  const starts = Array.from({ length: Math.ceil(rows / inline) }, (_, piece) => piece * inline);
  if (starts.length <= 1) return session.keep(pieceOf(0), wait);
  if (staging) {
    const path = `${staging.replace(/\/$/, "")}/${folder}-${randomUUID()}`;
    for (const from of starts) await pieceOf(from).writeParquet(path, { ...wait, ifExists: "append" });
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
  const pieces: Record<string, Frame> = {};
  for (const from of starts) pieces[`piece${from}`] = await session.keep(pieceOf(from), wait);
  const all = Object.keys(pieces).map((piece) => `SELECT * FROM ${piece}`);
  return session.sql(all.join(" UNION ALL "), {}, pieces);
}

/** MovieLens ids as INT of Spark. @throws WorkspaceError DATA_INVALID for one of 2³¹ or more */
export function sparkIds(ids: Uint32Array): Int32Array {
  const tooLarge = ids.find((id) => id > 0x7fffffff);
  if (tooLarge !== undefined)
    throw new WorkspaceError("DATA_INVALID", `the id ${tooLarge} is no INT of Spark`);
  return Int32Array.from(ids);
}
