import type { Row } from "../data";
import { WorkspaceError } from "../errors";
import { batchesOf, type Batch } from "./batch";
import type { Connection, WaitOptions } from "./connection";
import type { Command, Relation } from "./protocol";

export interface WriteOptions extends WaitOptions {
  /** What becomes of what stands at the path; "error" by default. */
  ifExists?: "error" | "overwrite" | "append" | "ignore";
  /** Columns by whose values the files are put into folders. */
  partitionBy?: readonly string[];
  /** As Spark's documentation of the format names them, such as `{ compression: "zstd" }`. */
  options?: Readonly<Record<string, string>>;
}

const SAVE_MODES = {
  error: "SAVE_MODE_ERROR_IF_EXISTS",
  overwrite: "SAVE_MODE_OVERWRITE",
  append: "SAVE_MODE_APPEND",
  ignore: "SAVE_MODE_IGNORE",
} as const;

/** Rows that `collect` gathers at most. */
const COLLECT_ROWS = 100_000;

let plans = 0;

/** Numbers a relation, as Spark wants every one in a plan. */
export const numbered = (relation: Omit<Relation, "common">): Relation => ({
  ...relation,
  common: { plan_id: String(++plans) },
});

/**
 * A table that Spark computes when it is asked for: the result of a query, a file, the factors of a model. It is
 * computed again for every asking, unless it is kept by `persist`. Everything here throws the catalogue's SPARK_….
 */
export class Frame {
  constructor(
    private readonly connection: Connection,
    readonly relation: Relation,
  ) {}

  /** The rows in batches of about 4 MiB, as they come: memory does not grow with the answer. */
  async *batches(wait: WaitOptions = {}): AsyncGenerator<Batch> {
    for await (const { arrow_batch } of this.connection.execute({ root: this.relation }, wait))
      if (arrow_batch?.data) yield* batchesOf(arrow_batch.data);
  }

  /** The rows one by one, as `Batch.rows` makes them. */
  async *rows(wait: WaitOptions = {}): AsyncGenerator<Row> {
    for await (const batch of this.batches(wait)) yield* batch.rows();
  }

  /**
   * All rows, for answers of a report's size.
   * @throws WorkspaceError OPTION_INVALID beyond 100,000 rows
   */
  async collect(wait: WaitOptions = {}): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.rows(wait)) {
      if (rows.length === COLLECT_ROWS)
        throw new WorkspaceError("OPTION_INVALID", `the answer has more than ${COLLECT_ROWS} rows`, {
          mend: "Read it batch by batch, or aggregate in SQL first.",
        });
      rows.push(row);
    }
    return rows;
  }

  /** The number of rows. */
  async count(wait: WaitOptions = {}): Promise<number> {
    const [{ n }] = await this.over("SELECT count(*) AS n FROM frame").collect(wait);
    return n as number;
  }

  /** Columns and their types in Spark's words, such as `{ name: "features", type: "array<float>" }`. */
  async schema(): Promise<{ name: string; type: string }[]> {
    const rows = await this.over("DESCRIBE QUERY TABLE frame").collect();
    return rows.map(({ col_name, data_type }) => ({ name: String(col_name), type: String(data_type) }));
  }

  /** Gives it a name for SQL, in this session only; what had the name before is replaced. */
  async createView(name: string): Promise<void> {
    await this.connection.run({
      create_dataframe_view: { input: this.relation, name, is_global: false, replace: true },
    });
  }

  /** Writes a folder of Parquet files, at a path as the driver and the executors see it. */
  async writeParquet(path: string, options: WriteOptions = {}): Promise<void> {
    await this.write("parquet", path, options);
  }

  /** Writes a folder of CSV files with a line of names in each. */
  async writeCsv(path: string, { options = {}, ...rest }: WriteOptions = {}): Promise<void> {
    await this.write("csv", path, { ...rest, options: { header: "true", ...options } });
  }

  /** Keeps the rows on the executors from the next time on that they are computed; in memory, else on disk. */
  async persist(): Promise<this> {
    const storage_level = { use_disk: true, use_memory: true, deserialized: true, replication: 1 };
    await this.connection.call("AnalyzePlan", { persist: { relation: this.relation, storage_level } });
    return this;
  }

  async unpersist(): Promise<void> {
    await this.connection.call("AnalyzePlan", { unpersist: { relation: this.relation } });
  }

  /**
   * Computes the rows now and writes them down in the cluster's spark.checkpoint.dir: the table that is returned is
   * read there, however it was made, and no executor that ends takes it along. `forget` gives it up.
   */
  async checkpoint(wait: WaitOptions = {}): Promise<Frame> {
    const checkpoint_command = { relation: this.relation, local: false, eager: true };
    const { checkpoint_command_result } = await this.connection.run({ checkpoint_command }, wait);
    return new Frame(
      this.connection,
      numbered({ cached_remote_relation: checkpoint_command_result?.relation ?? {} }),
    );
  }

  /** Gives up what `checkpoint` has returned. */
  async forget(): Promise<void> {
    const relation = this.relation.cached_remote_relation;
    await this.connection.run({ remove_cached_remote_relation_command: { relation } });
  }

  /** How Spark would compute it. */
  async explain(): Promise<string> {
    const explain = { plan: { root: this.relation }, explain_mode: "EXPLAIN_MODE_FORMATTED" } as const;
    return (await this.connection.call("AnalyzePlan", { explain })).explain?.explain_string ?? "";
  }

  private over(query: string): Frame {
    return new Frame(this.connection, queryOver(query, {}, { frame: this }));
  }

  private async write(
    source: string,
    path: string,
    { ifExists = "error", partitionBy = [], options = {}, ...wait }: WriteOptions,
  ): Promise<void> {
    const write_operation: Command["write_operation"] = {
      input: this.relation,
      source,
      path,
      mode: SAVE_MODES[ifExists],
      partitioning_columns: partitionBy,
      options,
    };
    await this.connection.run({ write_operation }, wait);
  }
}

/**
 * A query in which frames stand for tables.
 * @throws WorkspaceError OPTION_INVALID for frames that are made with each other's names
 */
export function queryOver(
  query: string,
  named_arguments: NonNullable<Relation["sql"]>["named_arguments"],
  frames: Readonly<Record<string, Frame>>,
): Relation {
  const root = numbered({ sql: { query, named_arguments } });
  const references = inOrder(frames).map(([alias, { relation }]) =>
    numbered({ subquery_alias: { input: relation, alias } }),
  );
  return references.length === 0 ? root : numbered({ with_relations: { root, references } });
}

/**
 * Spark names the frames one after the other, and forgets the names within a frame after it: one whose own query has
 * the name of another frame comes before that one.
 */
function inOrder(frames: Readonly<Record<string, Frame>>): [alias: string, frame: Frame][] {
  const left = new Map(
    Object.entries(frames).map(([alias, frame]) => [alias, { frame, within: aliasesIn(frame.relation) }]),
  );
  const ordered: [string, Frame][] = [];
  while (left.size > 0) {
    const next = [...left].find(([alias]) =>
      [...left].every(([other, { within }]) => other === alias || !within.has(alias)),
    );
    if (!next)
      throw new WorkspaceError(
        "OPTION_INVALID",
        `the frames ${[...left.keys()].join(" and ")} are made of frames with each other's names`,
        { mend: "Give them other names in the query." },
      );
    left.delete(next[0]);
    ordered.push([next[0], next[1].frame]);
  }
  return ordered;
}

/** Names of frames within a plan. */
function aliasesIn(part: unknown, found = new Set<string>()): Set<string> {
  if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) return found;
  const { alias } = (part as Relation).subquery_alias ?? {};
  if (alias !== undefined) found.add(alias);
  for (const value of Object.values(part)) aliasesIn(value, found);
  return found;
}
