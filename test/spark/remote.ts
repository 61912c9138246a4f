import type { SparkSession } from "@movielens/lib/spark";
import { TestCluster, testsWithSpark } from "./cluster";

export const testSpark = testsWithSpark();

/** A session on the tests' cluster for the length of `work`. */
export const onSpark = async <T>(work: (session: SparkSession) => Promise<T>): Promise<T> =>
  (await TestCluster.start()).session(work);

/** Its address, token included. */
export const remote = async (): Promise<string> => (await TestCluster.start()).remote;
