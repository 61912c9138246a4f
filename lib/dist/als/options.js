"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.defaultOptions = defaultOptions;
exports.completeOptions = completeOptions;
const data_1 = require("../data");
function defaultOptions(feedback) {
    switch (feedback) {
        case "explicit":
            return { feedback, rank: 32, iterations: 15, lambda: 1.5, nu: 0.5, lambdaBias: 1, seed: 42 };
        case "implicit":
            return { feedback, rank: 32, iterations: 15, lambda: 4, nu: 0.5, alpha: 1, seed: 42 };
        default:
            throw new data_1.WorkspaceError("OPTION_INVALID", `feedback is ${String(feedback)}, not "explicit" or "implicit"`);
    }
}
const LARGEST_RANK = 1024;
/** Options that have no entry in the defaults: absent means off. */
const REFINEMENTS = {
    explicit: ["solver", "seeds", "nonNegative", "cofactorWeight", "lambdaCofactor", "cofactorBalance"],
    implicit: ["solver", "seeds", "nonNegative"],
};
/**
 * The caller's options over the defaults, all of them checked.
 * @throws WorkspaceError OPTION_INVALID naming the option and its range
 */
function completeOptions(given) {
    const options = defaultOptions(given.feedback);
    for (const [name, value] of Object.entries(given)) {
        if (value === undefined)
            continue;
        if (!(name in options || REFINEMENTS[given.feedback].includes(name)))
            throw new data_1.WorkspaceError("OPTION_INVALID", `${name} is not an option of ${given.feedback} feedback`);
        Object.assign(options, { [name]: value });
    }
    whole("rank", options.rank, 1, LARGEST_RANK);
    whole("iterations", options.iterations, 1, Number.MAX_SAFE_INTEGER);
    whole("seed", options.seed, 0, 2 ** 32 - 1);
    positive("lambda", options.lambda);
    if (!(options.nu >= 0 && options.nu <= 2))
        refuse("nu", options.nu, "a number from 0 to 2");
    if (options.feedback === "explicit")
        positive("lambdaBias", options.lambdaBias);
    else
        positive("alpha", options.alpha);
    whole("seeds", options.seeds ?? 1, 1, 64);
    if (!["auto", "cholesky", "cg"].includes(options.solver ?? "auto"))
        refuse("solver", options.solver, "auto, cholesky or cg");
    const weight = options.feedback === "explicit" ? (options.cofactorWeight ?? 0) : 0;
    if (!(weight >= 0 && Number.isFinite(weight)))
        refuse("cofactorWeight", weight, "a finite number of 0 or more");
    if (options.feedback === "explicit") {
        positive("lambdaCofactor", options.lambdaCofactor ?? options.lambda);
        positive("cofactorBalance", options.cofactorBalance ?? 1);
    }
    if (weight > 0 && options.nonNegative)
        refuse("nonNegative", true, "possible together with cofactorWeight, which turns the factors");
    return options;
}
function whole(name, value, least, most) {
    if (!(Number.isInteger(value) && value >= least && value <= most))
        refuse(name, value, `a whole number from ${least} to ${most}`);
}
function positive(name, value) {
    if (!(value > 0 && Number.isFinite(value)))
        refuse(name, value, "a finite number above 0");
}
function refuse(name, value, range) {
    throw new data_1.WorkspaceError("OPTION_INVALID", `${name} is ${String(value)}, not ${range}`);
}
//# sourceMappingURL=options.js.map