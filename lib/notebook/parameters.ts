import { WorkspaceError } from "../data";

export type ParameterValue = string | number | boolean | null;

/** A literal type widened to what a parameter of it may hold; null stands for an optional text. */
type Widened<T> = T extends number
  ? number
  : T extends boolean
    ? boolean
    : T extends string
      ? string
      : string | null;

/**
 * A notebook's parameters: `defaults`, each replaced by the environment variable `MOVIELENS_<UPPER_SNAKE_NAME>`
 * where set (`testShare` ← `MOVIELENS_TEST_SHARE`). A value has the type of its default; a default of null
 * takes any text, and the text `null` gives null there.
 *
 * Throws PARAMETER_INVALID, naming the variable.
 */
export function notebookParameters<T extends Record<string, ParameterValue>>(
  defaults: T,
): { [K in keyof T]: Widened<T[K]> } {
  const entries = Object.entries(defaults).map(([name, value]) => [name, overridden(name, value)]);
  return Object.fromEntries(entries) as { [K in keyof T]: Widened<T[K]> };
}

function overridden(name: string, value: ParameterValue): ParameterValue {
  const variable = `MOVIELENS_${name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()}`;
  const text = process.env[variable];
  if (text === undefined) return value;
  if (value === null) return text === "null" ? null : text;
  if (typeof value === "string") return text;
  if (typeof value === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw invalid(variable, text, "true or false");
  }
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) throw invalid(variable, text, "a number");
  return number;
}

function invalid(variable: string, text: string, wanted: string): WorkspaceError {
  return new WorkspaceError("PARAMETER_INVALID", `${variable} is “${text}”, it must be ${wanted}`);
}
