export type ParameterValue = string | number | boolean | null;
/** A literal type widened to what a parameter of it may hold; null stands for an optional text. */
type Widened<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : string | null;
/**
 * A notebook's parameters: `defaults`, each replaced by the environment variable `MOVIELENS_<UPPER_SNAKE_NAME>`
 * where set (`testShare` ← `MOVIELENS_TEST_SHARE`). A value has the type of its default; a default of null
 * takes any text, and the text `null` gives null there.
 *
 * Throws PARAMETER_INVALID, naming the variable.
 */
export declare function notebookParameters<T extends Record<string, ParameterValue>>(defaults: T): {
    [K in keyof T]: Widened<T[K]>;
};
export {};
