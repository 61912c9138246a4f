import { randomUUID } from "node:crypto";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import type { SparkSession } from "./session";

/** A table whose rows Spark keeps, and which stands in a plan by its name. */
export interface Kept {
  frame: Frame;
  /** Never throws: what is left ends with the session. */
  release: () => Promise<void>;
}

/** The folder in which a cluster writes rows down; null where it has none. */
export const checkpointFolder = (session: SparkSession): Promise<string | null> =>
  session.conf("spark.checkpoint.dir");

/**
 * Keeps a table's rows. Where the cluster has a folder for it they are written down now, and a plan over them begins
 * with them; elsewhere they are kept from the first time on that they are computed, and every plan has all that they
 * are made of, which takes long to plan where that is many rows from here.
 */
export async function keptFrame(session: SparkSession, frame: Frame, wait: WaitOptions = {}): Promise<Kept> {
  if ((await checkpointFolder(session)) !== null) {
    const own = await frame.checkpoint(wait);
    return { frame: own, release: () => own.forget().catch(() => undefined) };
  }
  const name = `kept_${randomUUID().replaceAll("-", "")}`;
  await frame.createView(name);
  const own = await session.table(name).persist();
  const release = async (): Promise<void> => {
    await own.unpersist().catch(() => undefined);
    await session.run(`DROP VIEW IF EXISTS ${name}`).catch(() => undefined);
  };
  return { frame: own, release };
}
