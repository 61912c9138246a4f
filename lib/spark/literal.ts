import { WorkspaceError } from "../errors";
import type { Literal } from "./protocol";

/** What SQL and machine learning take as a parameter. A whole number is INT or BIGINT, another DOUBLE. */
export type Parameter = string | number | bigint | boolean | null | readonly string[] | readonly number[];

/** @throws WorkspaceError OPTION_INVALID for a number that is not one */
export function literalOf(name: string, value: Parameter): Literal {
  if (value === null) return { null: { null: {} } };
  if (typeof value === "string") return { string: value };
  if (typeof value === "boolean") return { boolean: value };
  if (typeof value === "bigint") return { long: value.toString() };
  for (const number of [value].flat())
    if (typeof number === "number" && !Number.isFinite(number))
      throw new WorkspaceError("OPTION_INVALID", `the parameter "${name}" is ${number}`);
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return { double: value };
    return Number.isSafeInteger(value) && (value | 0) !== value ? { long: String(value) } : wholeOf(value);
  }
  const texts = value.some((element) => typeof element === "string");
  const whole = !texts && value.every((element) => Number.isSafeInteger(element));
  return {
    array: {
      element_type: texts ? { string: {} } : whole ? { long: {} } : { double: {} },
      elements: value.map((element) =>
        typeof element === "string"
          ? { string: element }
          : whole
            ? { long: String(element) }
            : { double: element },
      ),
    },
  };
}

const wholeOf = (value: number): Literal =>
  Number.isSafeInteger(value) ? { integer: value } : { double: value };

export const literalsOf = (parameters: Readonly<Record<string, Parameter>>): Record<string, Literal> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, literalOf(name, value)]));

/**
 * A literal of an answer as plain JavaScript.
 * @throws WorkspaceError DATA_INVALID for a type that is not described, and a whole number that a JavaScript number
 * does not hold
 */
export function valueOf(literal: Literal = {}): string | number | boolean | null | unknown[] {
  if (literal.null) return null;
  if (literal.long !== undefined) return wholeNumber(literal.long);
  const { boolean, string } = literal;
  const number = literal.integer ?? literal.double ?? literal.float ?? literal.short ?? literal.byte;
  const simple = boolean ?? string ?? number;
  if (simple !== undefined) return simple;
  if (literal.array) return (literal.array.elements ?? []).map(valueOf);
  const special = literal.specialized_array;
  if (special?.longs) return (special.longs.values ?? []).map(wholeNumber);
  const array =
    special && (special.bools ?? special.ints ?? special.floats ?? special.doubles ?? special.strings);
  if (array) return [...(array.values ?? [])];
  throw new WorkspaceError("DATA_INVALID", "Spark answers with a value of a type that is not known here", {
    mend: "Ask for a number, a text, a truth value or an array of these.",
  });
}

function wholeNumber(long: string): number {
  const number = Number(long);
  if (Number.isSafeInteger(number)) return number;
  throw new WorkspaceError(
    "DATA_INVALID",
    `Spark answers with ${long}, which a JavaScript number does not hold`,
    {
      mend: "Ask for it as a text: CAST(… AS STRING).",
    },
  );
}
