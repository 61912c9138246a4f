import { readFileSync } from "node:fs";
import { WorkspaceError } from "../errors";
import { parseSparkAddress } from "./address";
import { arrowStream, type LocalColumn } from "./batch";
import { Connection, type WaitOptions } from "./connection";
import { Frame, numbered, queryOver } from "./frame";
import { keptFrame } from "./kept";
import { literalsOf } from "./literal";
import { evaluate, fit, loadModel, type Parameters, type SparkModel } from "./model";

export interface SparkOptions {
  /** How long it is tried again while nobody answers, in seconds; 60 by default. No try to connect takes longer. */
  patience?: number;
  /**
   * A file of certificate authorities in PEM for TLS, in place of the usual ones; by default what SPARK_CA_FILE
   * names.
   */
  authorities?: string;
}

export interface ReadOptions {
  /** Columns and types as in CREATE TABLE: `userId INT, rating FLOAT`. Without one, Spark reads all as text (CSV). */
  schema?: string;
  /** As Spark's documentation of the format names them, such as `{ sep: "\t" }`. */
  options?: Readonly<Record<string, string>>;
}

/** How long a first call is tried again, in milliseconds: a wrong address should be known soon. */
const FIRST_PATIENCE_MS = 5_000;

/** The address in SPARK_REMOTE; null where it is not set. */
export const sparkRemote = (): string | null => process.env.SPARK_REMOTE || null;

/**
 * Opens a session, does work in it and ends it, whatever happens: with it go its views and models on the server.
 * @param remote `sc://host:port/;…`; see `parseSparkAddress`
 * @throws WorkspaceError OPTION_INVALID for a bad address, SPARK_UNREACHABLE, SPARK_REFUSED; and what `work` throws
 */
export async function withSpark<T>(
  remote: string,
  work: (session: SparkSession) => Promise<T>,
  options: SparkOptions = {},
): Promise<T> {
  const session = await SparkSession.open(remote, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/**
 * A session on a Spark Connect server (Spark 4.0 and later). Paths are as the driver and the executors see them.
 * Everything here throws the catalogue's SPARK_…, with Spark's error class and SQLSTATE in `spark`.
 */
export class SparkSession {
  private constructor(
    private readonly connection: Connection,
    readonly id: string,
    /** Of Spark, such as "4.2.1". */
    readonly version: string,
  ) {}

  /** `withSpark` does this, and ends the session too. */
  static async open(remote: string, options: SparkOptions = {}): Promise<SparkSession> {
    const address = parseSparkAddress(remote);
    const { patience = 60, authorities = process.env.SPARK_CA_FILE } = options;
    const connection = new Connection(address, {
      authorities: address.tls && authorities ? readAuthorities(authorities) : undefined,
      patienceMs: patience * 1000,
    });
    try {
      const first = Math.min(FIRST_PATIENCE_MS, patience * 1000);
      const { spark_version } = await connection.call("AnalyzePlan", { spark_version: {} }, first);
      return new SparkSession(connection, address.sessionId, spark_version?.version ?? "");
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * The answer to a query. `:name` in it is a parameter, and the name of a frame is a table:
   * `sql("SELECT * FROM ratings WHERE userId = :user", { user: 1 }, { ratings })`.
   */
  sql(query: string, parameters: Parameters = {}, frames: Readonly<Record<string, Frame>> = {}): Frame {
    const named = Object.entries(literalsOf(parameters)).map(([name, literal]) => [name, { literal }]);
    return new Frame(this.connection, queryOver(query, Object.fromEntries(named), frames));
  }

  /** Runs a statement now, such as CREATE TABLE or INSERT; returns its answer. */
  async run(query: string, parameters: Parameters = {}, wait: WaitOptions = {}): Promise<Frame> {
    const { relation } = this.sql(query, parameters);
    const { sql_command_result } = await this.connection.run({ sql_command: { input: relation } }, wait);
    return new Frame(this.connection, sql_command_result?.relation ?? relation);
  }

  /** A file of Parquet, or a folder of them. */
  readParquet(path: string | readonly string[], { schema, options = {} }: ReadOptions = {}): Frame {
    return this.read("parquet", path, options, schema);
  }

  /** A file of CSV whose first line names the columns, or a folder of them. */
  readCsv(path: string | readonly string[], { schema, options = {} }: ReadOptions = {}): Frame {
    return this.read("csv", path, { header: "true", ...options }, schema);
  }

  /** A table or a view by its name. */
  table(name: string): Frame {
    return new Frame(this.connection, numbered({ read: { named_table: { unparsed_identifier: name } } }));
  }

  /**
   * Columns from here, sent along with every question about them: for lists and small tables. `keep` it for more than
   * one question; beyond 128 MiB, SPARK_MESSAGE_TOO_LARGE is thrown.
   */
  local(columns: Readonly<Record<string, LocalColumn>>): Frame {
    return new Frame(this.connection, numbered({ local_relation: { data: arrowStream(columns) } }));
  }

  /** The same rows, kept on Spark until the session ends, so that plans over them need not make them again. */
  async keep(frame: Frame, wait: WaitOptions = {}): Promise<Frame> {
    return (await keptFrame(this, frame, wait)).frame;
  }

  /**
   * Trains a model of Spark ML.
   * @param estimator the full name of its class, such as `org.apache.spark.ml.recommendation.ALS`
   */
  fit(estimator: string, parameters: Parameters, data: Frame, wait: WaitOptions = {}): Promise<SparkModel> {
    return fit(this.connection, estimator, parameters, data, wait);
  }

  /** A model that `SparkModel.save` has written. @param className such as `org.apache.spark.ml.recommendation.ALSModel` */
  loadModel(className: string, path: string): Promise<SparkModel> {
    return loadModel(this.connection, className, path);
  }

  /** A measure of Spark ML. @param evaluator such as `org.apache.spark.ml.evaluation.RegressionEvaluator` */
  evaluate(evaluator: string, parameters: Parameters, data: Frame, wait: WaitOptions = {}): Promise<number> {
    return evaluate(this.connection, evaluator, parameters, data, wait);
  }

  /** Settings of this session. */
  async setConf(settings: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }));
    await this.connection.call("Config", { operation: { set: { pairs } } });
  }

  /** The value of a setting; null where it has none. */
  async conf(key: string): Promise<string | null> {
    const { pairs } = await this.connection.call("Config", { operation: { get_option: { keys: [key] } } });
    return pairs?.[0]?.value ?? null;
  }

  /** Stops all that runs in this session. @returns how many operations that were */
  async interrupt(): Promise<number> {
    const answer = await this.connection.call("Interrupt", { interrupt_type: "INTERRUPT_TYPE_ALL" });
    return answer.interrupted_ids?.length ?? 0;
  }

  /** Ends the session, its views and its models; never throws. Call it in `finally`. */
  async close(): Promise<void> {
    await this.connection.close();
  }

  private read(
    format: string,
    path: string | readonly string[],
    options: Readonly<Record<string, string>>,
    schema: string | undefined,
  ): Frame {
    const paths = typeof path === "string" ? [path] : path;
    return new Frame(
      this.connection,
      numbered({ read: { data_source: { format, paths, options, schema } } }),
    );
  }
}

function readAuthorities(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new WorkspaceError("OPTION_INVALID", `${file} cannot be read`, {
      mend: "Let SPARK_CA_FILE name a file of certificates in PEM, or unset it.",
      cause,
    });
  }
}
