import type { LoadedModel } from "./model-file";
/** One thing that two manifests say differently; undefined where one does not say it. */
export interface ManifestDifference {
    what: string;
    first: unknown;
    second: unknown;
}
export interface ModelDiff {
    first: string;
    second: string;
    /** Options, data, metrics and counts that differ. */
    manifest: ManifestDifference[];
    users: {
        common: number;
        onlyFirst: number;
        onlySecond: number;
    };
    films: {
        common: number;
        onlyFirst: number;
        onlySecond: number;
    };
    /** Lists of common users with training ratings in both, evenly drawn; `overlap` is the mean share of the first list's films that the second has too. Null without a list. */
    lists: {
        users: number;
        n: number;
        overlap: number | null;
    };
}
/** What changes for users when the second model takes the first one's place. @param n length of the lists compared */
export declare function diffModels(first: LoadedModel, second: LoadedModel, n?: number): ModelDiff;
