import { test as plainTest } from "uvu";
import { withSpark, type SparkSession } from "@movielens/lib/spark";

type Test = (name: string, callback: () => Promise<void> | void) => void;

export const REMOTE = process.env.SPARK_REMOTE;
if (!REMOTE) console.log("  skipped, because SPARK_REMOTE names no Spark");

export const testSpark: Test = REMOTE ? plainTest : (name, callback) => plainTest.skip(name, callback);

/** A session for the length of `work`, with as few tasks as small data deserves. */
export const onSpark = <T>(work: (session: SparkSession) => Promise<T>): Promise<T> =>
  withSpark(REMOTE!, async (session) => {
    await session.setConf({ "spark.sql.shuffle.partitions": "2" });
    return work(session);
  });
