import { type Dataset, type Split } from "../data";
import type { Contender } from "./scoreboard";
/**
 * What is done to the held-out ratings before a model is learned again; the training ratings stay as they are.
 *   "nothing"          the model learned twice must be the same, else nothing can be said of it
 *   "stars and times"  the same films, with opposite stars and a year later: means, tuning
 *   "films"            the same stars, of films that their users have not rated: popularity, who likes what
 *   "strangers"        users and films that only the test part has, behind the others in the index space: id maps
 */
export type Alteration = "nothing" | "stars and times" | "films" | "strangers";
/** How a model learned after an alteration differs from the one before it. */
export interface LeakFinding {
    alteration: Alteration;
    /** Held-out ratings that were changed or added; with 0 the alteration says nothing. */
    altered: number;
    /** Predictions and ranking scores compared, of users and items known before. */
    compared: number;
    /** Of these, those that are not the same to the last bit. */
    differing: number;
    /** The first of them, in dense indices. */
    example: {
        user: number;
        item: number;
        before: number;
        after: number;
    } | null;
}
export interface LeakReport {
    contender: string;
    verdict: "clean" | "leaks" | "not repeatable";
    findings: LeakFinding[];
}
/** Makes the contender of a split, as the experiment does; `whole` is train and test together. Must learn from train alone. */
export type ContenderOf = (split: Split, whole: Dataset) => Contender | Promise<Contender>;
/**
 * Whether held-out ratings get into what is learned: a contender is made and fitted again after they were altered, and
 * must predict and rank the same to the last bit. Whatever the contender has from elsewhere (tuned options, blend
 * weights, popularity, id maps) must be made inside `contender`, given as a function: then it is made again as well.
 * Of a contender that was made before, only `fit` runs again, and what it has closed over stays as it was.
 * (Tags carry no stars and are not altered: a model of tags must look at their time itself.)
 * @param options.users how many users are compared, spread over those with a held-out rating; 50 by default
 */
export declare function leakCheck(contender: Contender | ContenderOf, split: Split, options?: {
    users?: number;
    signal?: AbortSignal;
}): Promise<LeakReport>;
