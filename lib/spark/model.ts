import { randomUUID } from "node:crypto";
import type { Connection, WaitOptions } from "./connection";
import { Frame, numbered } from "./frame";
import { literalOf, literalsOf, valueOf, type Parameter } from "./literal";
import type { Message } from "./protocol";

/** What an operator of Spark ML takes, by Spark's names: `{ rank: 32, maxIter: 10, userCol: "userId" }`. */
export type Parameters = Readonly<Record<string, Parameter>>;

/**
 * A model of Spark ML, kept on Spark's driver for its session: delete it when it has served, since the driver keeps
 * only so many. Everything here throws the catalogue's SPARK_….
 */
export class SparkModel {
  private constructor(
    private readonly connection: Connection,
    private readonly ref: Message<"ObjectRef">,
    /** The full name of its class. */
    readonly className: string,
    /** What Spark had to say about the training; null if nothing. */
    readonly warning: string | null,
  ) {}

  /** @internal */
  static of(connection: Connection, className: string, result: Message<"MlCommandResult">): SparkModel {
    const { obj_ref, warning_message } = result.operator_info ?? {};
    return new SparkModel(connection, obj_ref ?? {}, className, warning_message || null);
  }

  /** A table of the model's, such as `frame("userFactors")` or `frame("recommendForAllUsers", 10)`. */
  frame(method: string, ...args: readonly (Parameter | Frame)[]): Frame {
    return new Frame(this.connection, numbered({ ml_relation: { fetch: this.fetch(method, args) } }));
  }

  /** A value of the model's, such as `attribute("rank")`. */
  async attribute(method: string): Promise<ReturnType<typeof valueOf>> {
    return valueOf((await this.connection.ml({ fetch: this.fetch(method, []) })).param);
  }

  /** The table with the model's predictions beside it. `parameters` hold for this time only. */
  transform(input: Frame, parameters: Parameters = {}): Frame {
    const transform = {
      obj_ref: this.ref,
      input: input.relation,
      params: { params: literalsOf(parameters) },
    };
    return new Frame(this.connection, numbered({ ml_relation: { transform } }));
  }

  /** Writes a folder in Spark's format, at a path as the driver and the executors see it. */
  async save(path: string, { overwrite = false }: { overwrite?: boolean } = {}): Promise<void> {
    await this.connection.ml({ write: { obj_ref: this.ref, path, should_overwrite: overwrite } });
  }

  /** What it takes of the driver's memory, in bytes (Spark 4.1 and later). */
  async size(): Promise<number> {
    return Number(valueOf((await this.connection.ml({ get_model_size: { model_ref: this.ref } })).param));
  }

  async delete(): Promise<void> {
    await this.connection.ml({ delete: { obj_refs: [this.ref] } });
  }

  private fetch(method: string, args: readonly (Parameter | Frame)[]): Message<"Fetch"> {
    const given = args.map((arg) =>
      arg instanceof Frame ? { input: arg.relation } : { param: literalOf(method, arg) },
    );
    return { obj_ref: this.ref, methods: [{ method, args: given }] };
  }
}

/** Spark names a fitted class after its estimator. */
const modelClass = (estimator: string): string => `${estimator}Model`;

const uidOf = (className: string): string =>
  `${className.slice(className.lastIndexOf(".") + 1)}_${randomUUID().slice(0, 12)}`;

export async function fit(
  connection: Connection,
  estimator: string,
  parameters: Parameters,
  data: Frame,
  wait: WaitOptions,
): Promise<SparkModel> {
  const result = await connection.ml(
    {
      fit: {
        estimator: { name: estimator, uid: uidOf(estimator), type: "OPERATOR_TYPE_ESTIMATOR" },
        params: { params: literalsOf(parameters) },
        dataset: data.relation,
      },
    },
    wait,
  );
  return SparkModel.of(connection, modelClass(estimator), result);
}

export async function loadModel(
  connection: Connection,
  className: string,
  path: string,
): Promise<SparkModel> {
  const operator = { name: className, uid: uidOf(className), type: "OPERATOR_TYPE_MODEL" } as const;
  return SparkModel.of(connection, className, await connection.ml({ read: { operator, path } }));
}

export async function evaluate(
  connection: Connection,
  evaluator: string,
  parameters: Parameters,
  data: Frame,
  wait: WaitOptions,
): Promise<number> {
  const result = await connection.ml(
    {
      evaluate: {
        evaluator: { name: evaluator, uid: uidOf(evaluator), type: "OPERATOR_TYPE_EVALUATOR" },
        params: { params: literalsOf(parameters) },
        dataset: data.relation,
      },
    },
    wait,
  );
  return Number(valueOf(result.param));
}
