import {
  DataType,
  makeVector,
  Precision,
  RecordBatchReader,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
  type RecordBatch,
  type Vector,
} from "apache-arrow";
import type { Row } from "../data";
import { WorkspaceError } from "../errors";

/** Numbers of a column as Spark's type says: INT, FLOAT, DOUBLE; BIGINT as BigInt64Array. */
export type NumberColumn = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** A column that is sent to Spark: INT, BIGINT, FLOAT, DOUBLE, STRING. */
export type LocalColumn = Int32Array | BigInt64Array | Float32Array | Float64Array | readonly string[];

/** Some rows of an answer, column by column, as they came. */
export class Batch {
  constructor(private readonly batch: RecordBatch) {}

  /** The number of rows. */
  get length(): number {
    return this.batch.numRows;
  }

  get names(): string[] {
    return this.batch.schema.fields.map(({ name }) => name);
  }

  /**
   * A column of numbers, a view of the memory that it came in.
   * @throws WorkspaceError DATA_INVALID for a column that does not exist, has another type or a null
   */
  numbers(name: string): NumberColumn {
    const column = this.filled(name);
    const { type } = column;
    if (!(DataType.isInt(type) || DataType.isFloat(type)))
      throw invalid(name, `is of type ${type}, not of numbers`);
    return column.toArray() as NumberColumn;
  }

  /** A column of texts. @throws WorkspaceError DATA_INVALID as `numbers` */
  texts(name: string): string[] {
    const column = this.filled(name);
    if (!DataType.isUtf8(column.type)) throw invalid(name, `is of type ${column.type}, not of texts`);
    return Array.from(column as Vector<Utf8>, (text) => text!);
  }

  /**
   * A column of ARRAY<FLOAT>, all of one length, such as factors: row-major [rows × width].
   * @throws WorkspaceError DATA_INVALID as `numbers`, and for arrays of different lengths or with a null
   */
  vectors(name: string): { values: Float32Array; width: number } {
    const { type, data } = this.filled(name);
    const chunk = data[0];
    if (!DataType.isList(type) || !DataType.isFloat(type.children[0].type))
      throw invalid(name, `is of type ${type}, not of arrays of numbers`);
    if (type.children[0].type.precision !== Precision.SINGLE)
      throw invalid(name, `is of type ${type}, not of 32-bit numbers`);
    const child = chunk.children[0];
    if (child.nullCount > 0) throw invalid(name, "has a null inside an array");
    const offsets = chunk.valueOffsets as Int32Array;
    const width = this.length > 0 ? offsets[1] - offsets[0] : 0;
    for (let row = 0; row < this.length; row++)
      if (offsets[row + 1] - offsets[row] !== width)
        throw invalid(name, `has arrays of ${width} and of ${offsets[row + 1] - offsets[row]} numbers`);
    const values = (child.values as Float32Array).subarray(offsets[0], offsets[this.length]);
    return { values, width };
  }

  /**
   * The rows as plain objects: 64-bit and decimal numbers as numbers, dates and times as milliseconds since 1970,
   * arrays as arrays, structs and maps as objects.
   * @throws WorkspaceError DATA_INVALID for a whole number that a JavaScript number does not hold
   */
  *rows(): Generator<Row> {
    const columns = this.names.map((name) => [name, this.column(name)] as const);
    for (let row = 0; row < this.length; row++) {
      const object: Row = {};
      for (const [name, column] of columns) object[name] = plain(name, column.type, column.get(row));
      yield object;
    }
  }

  private column(name: string): Vector {
    const column = this.batch.getChild(name);
    if (column === null) throw invalid(name, `does not exist; there are: ${this.names.join(", ")}`);
    return column;
  }

  private filled(name: string): Vector {
    const column = this.column(name);
    if (column.nullCount > 0) throw invalid(name, `has ${column.nullCount} nulls`);
    return column;
  }
}

const invalid = (name: string, what: string): WorkspaceError =>
  new WorkspaceError("DATA_INVALID", `the column "${name}" ${what}`, {
    mend: "Select another column, cast it, or leave out its nulls.",
  });

/** The batches of an Arrow stream, as a message of Spark holds one. */
export function* batchesOf(stream: Uint8Array): Generator<Batch> {
  for (const batch of RecordBatchReader.from(stream)) yield new Batch(batch);
}

/** Columns as an Arrow stream. @throws WorkspaceError OPTION_INVALID for none, or of different lengths */
export function arrowStream(columns: Readonly<Record<string, LocalColumn>>): Uint8Array {
  const lengths = new Set(Object.values(columns).map(({ length }) => length));
  if (lengths.size !== 1)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `columns have the lengths ${[...lengths].join(", ") || "of none"}`,
      {
        mend: "Give at least one column, and each as many values as the others.",
      },
    );
  const vectors = Object.entries(columns).map(([name, values]): [string, Vector] => [
    name,
    isTexts(values) ? vectorFromArray(values, new Utf8()) : (makeVector(values) as Vector),
  ]);
  return tableToIPC(new Table(Object.fromEntries(vectors)), "stream");
}

const isTexts = (values: LocalColumn): values is readonly string[] => Array.isArray(values);

/** An Arrow value as plain JavaScript. */
function plain(name: string, type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return safe(name, value);
  if (DataType.isDecimal(type)) return decimal(value as Uint32Array, type.scale);
  if (DataType.isList(type))
    return Array.from(value as Vector, (element) => plain(name, type.children[0].type, element));
  if (DataType.isStruct(type))
    return Object.fromEntries(
      type.children.map((field) => [
        field.name,
        plain(`${name}.${field.name}`, field.type, (value as Row)[field.name]),
      ]),
    );
  if (DataType.isMap(type)) {
    const valueType = type.children[0].type.children[1].type as DataType;
    return Object.fromEntries(
      Array.from(value as Iterable<[unknown, unknown]>, ([key, element]) => [
        String(key),
        plain(`${name}.${String(key)}`, valueType, element),
      ]),
    );
  }
  return value;
}

function safe(name: string, value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw invalid(name, `has ${value}, which a JavaScript number does not hold`);
  return number;
}

/** 128 bits in two's complement, the lowest word first. */
function decimal(words: Uint32Array, scale: number): number {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const text = BigInt.asIntN(words.length * 32, unsigned).toString();
  // By its digits, so that 0.1 is 0.1.
  return Number(`${text}e-${scale}`);
}
