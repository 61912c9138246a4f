import type { AlsOptions, ExplicitOptions, ImplicitOptions, TrainOptions } from "./types";
/**
 * Options that nobody has to think about, chosen on held-out fifths of ml-latest-small: explicit by RMSE on random
 * ones, implicit by nDCG@10 on a random one and on each user's last ratings. Other data, or a report on this data
 * that claims to be blind, wants its own tuning.
 */
export declare function defaultOptions(feedback: "explicit"): ExplicitOptions;
export declare function defaultOptions(feedback: "implicit"): ImplicitOptions;
export declare function defaultOptions(feedback: AlsOptions["feedback"]): AlsOptions;
/**
 * The caller's options over the defaults, all of them checked.
 * @throws WorkspaceError OPTION_INVALID naming the option and its range
 */
export declare function completeOptions(given: TrainOptions): AlsOptions;
