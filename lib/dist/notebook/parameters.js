"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.notebookParameters = notebookParameters;
const data_1 = require("../data");
/**
 * A notebook's parameters: `defaults`, each replaced by the environment variable `MOVIELENS_<UPPER_SNAKE_NAME>`
 * where set (`testShare` ← `MOVIELENS_TEST_SHARE`). A value has the type of its default; a default of null
 * takes any text, and the text `null` gives null there.
 *
 * Throws PARAMETER_INVALID, naming the variable.
 */
function notebookParameters(defaults) {
    const entries = Object.entries(defaults).map(([name, value]) => [name, overridden(name, value)]);
    return Object.fromEntries(entries);
}
function overridden(name, value) {
    const variable = `MOVIELENS_${name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()}`;
    const text = process.env[variable];
    if (text === undefined)
        return value;
    if (value === null)
        return text === "null" ? null : text;
    if (typeof value === "string")
        return text;
    if (typeof value === "boolean") {
        if (text === "true" || text === "false")
            return text === "true";
        throw invalid(variable, text, "true or false");
    }
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number))
        throw invalid(variable, text, "a number");
    return number;
}
function invalid(variable, text, wanted) {
    return new data_1.WorkspaceError("PARAMETER_INVALID", `${variable} is “${text}”, it must be ${wanted}`);
}
//# sourceMappingURL=parameters.js.map