import { randomUUID } from "node:crypto";
import type { Frame } from "./frame";
import type { SparkSession } from "./session";

/** A table that Spark keeps under a name of its own. */
export interface Kept {
  /** By its name: what it is made of is not sent again with every plan that it is part of. */
  frame: Frame;
  /** Never throws: what is left ends with the session. */
  release: () => Promise<void>;
}

/** Gives a table a name in the session, and has its rows kept from the first time on that they are computed. */
export async function keptFrame(session: SparkSession, frame: Frame): Promise<Kept> {
  const name = `kept_${randomUUID().replaceAll("-", "")}`;
  await frame.createView(name);
  const own = await session.table(name).persist();
  const release = async (): Promise<void> => {
    await own.unpersist().catch(() => undefined);
    await session.run(`DROP VIEW IF EXISTS ${name}`).catch(() => undefined);
  };
  return { frame: own, release };
}
