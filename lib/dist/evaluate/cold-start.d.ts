import { type TrainOptions } from "../als";
import { type Dataset } from "../data";
import { type VisitorScorer } from "../recommend";
import { type BootstrapOptions, type Estimate } from "./bootstrap";
/** One setting of a step: what it is called, and how to learn it from the training part, which is all it is given. */
export interface ColdStartVariant {
    label: string;
    fit: (train: Dataset) => VisitorScorer | Promise<VisitorScorer>;
}
/** One step of the ladder with the settings among which is chosen; the first step is what the others are compared with. */
export interface ColdStartStep {
    name: string;
    variants: readonly ColdStartVariant[];
}
export interface ColdStartOptions extends BootstrapOptions {
    /** How many of a new user's ratings are given, by time; 1, 2, 5, 10 and 20 by default. */
    given?: readonly number[];
    /** Groups of users; each is measured once, by what was chosen on the next group and learned from the others. 5 by default. */
    folds?: number;
    /** Deals the users into groups; 1 by default. */
    splitSeed?: number;
    /** 10 by default. */
    k?: number;
    /** A held-out rating of at least so many stars is relevant; 4 by default. */
    relevantFrom?: number;
    onProgress?: (progress: {
        stage: string;
        done: number;
        folds: number;
    }) => void;
}
/** How a step ranks for new users of whom so many ratings are known. */
export interface ColdStartRow {
    step: string;
    given: number;
    /** New users with a relevant film after those given; `usersLeftOut` have none, or too few ratings. */
    users: number;
    usersLeftOut: number;
    ndcg: Estimate;
    /** nDCG over that of the first step, on the same users; the interval is of the ratio. Null for the first step, or where that is 0. */
    ratio: Estimate | null;
    /** The setting chosen in each fold; for "chosen", the step and its setting. */
    chosen: string[];
}
/** The row of the step that did best on the users chosen on, whichever it is for the number of ratings. */
export declare const CHOSEN_STEP = "chosen";
/**
 * The steps of the ladder that rank for a visitor with ratings, popularity first, each with the settings worth a choice.
 * @param options.explicit and `implicit`: the settings of the two fold-ins, all of them tried
 */
export declare function coldStartSteps(options?: {
    explicit?: readonly TrainOptions[];
    implicit?: readonly TrainOptions[];
}): ColdStartStep[];
/**
 * How well each step serves users that it has never seen, when their first n ratings are known: all items but those
 * given are ranked, and the user's other ratings are what should be found.
 *
 * Whole users are held out, in three parts: steps learn from one; the setting of each step, and which step to use for
 * each n, are chosen by nDCG on the second; both are then learned from the first two parts and measured on the third. The
 * groups change roles, so that every user is measured once.
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID for fewer users than folds, METRIC_EMPTY when no user can be measured
 */
export declare function measureColdStart(dataset: Dataset, steps: readonly ColdStartStep[], options?: ColdStartOptions): Promise<ColdStartRow[]>;
