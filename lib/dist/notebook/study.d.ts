import { type TrainOptions } from "../als";
import { type Dataset, type Prepared, type Split } from "../data";
/** What notebooks 03 to 05 share: where the data is, where intermediate results go, how ratings are held out. */
export interface StudyOptions {
    /** MovieLens folder or zip; relative paths start at the project. */
    data: string;
    /** Folder of intermediate results; relative paths start at the project. */
    interim: string;
    /** Share of ratings held out for test, and of the rest for validation. */
    testShare: number;
    seed: number;
}
/** The data and its three splits, each for one kind of question. */
export interface Study {
    dataset: Dataset;
    /** How well are stars predicted? A random share of all ratings is held out. */
    random: Prepared;
    /** Does the list hold what a user goes on to like? The last share of each user's ratings is held out. */
    lastShare: Prepared;
    /** What if the model is old? Everything after one moment is held out. */
    time: Prepared;
    /** Folders that were prepared now; the others were there already and intact. */
    written: string[];
    folder: string;
}
/** The cleaning decisions of notebook 03, which shows what speaks for them. */
export declare const CLEANING: readonly string[];
/**
 * The study's data, prepared if it is not: three splits below `<interim>/<name>/`, read back from Parquet.
 * Every notebook that needs them calls this, so that each runs alone as well as in sequence.
 */
export declare function openStudy(options: StudyOptions): Promise<Study>;
/**
 * What a model may be judged by when everything is decided: it learns from all but the test part, validation
 * included, and meets the test part once. Made when the test part is to be opened, in notebook 05.
 */
export declare function finalSplit({ train, validation, test, manifest }: Prepared): Split;
/** What a phase decided and later phases go by. */
export interface ModelChoice {
    /** Predicts stars best on validation ratings. */
    explicit: Extract<TrainOptions, {
        feedback: "explicit";
    }>;
    /** Ranks best on validation ratings. */
    implicit: Extract<TrainOptions, {
        feedback: "implicit";
    }>;
}
export interface Choice<T> {
    value: T;
    /** One sentence for the reader: who decided. */
    source: string;
}
/**
 * Keeps what notebook 04 chose, for the data that it was chosen on.
 * @throws WorkspaceError OPTION_INVALID for options of the other feedback
 */
export declare function saveModelChoice(study: Study, choice: Record<keyof ModelChoice, TrainOptions>): Promise<void>;
/** What notebook 04 chose on this data; the library's defaults, and a sentence that says so, where it has not run. */
export declare function readModelChoice(study: Study): Promise<Choice<ModelChoice>>;
/** What notebook 05 promotes: the options to train on all ratings and to serve. */
export interface Promotion {
    options: TrainOptions;
    /** Metric name → value on held-out ratings, for the model's manifest. */
    metrics: Record<string, number>;
}
/** Keeps what notebook 05 promotes. */
export declare function savePromotion(study: Study, promotion: Promotion): Promise<void>;
/** What notebook 05 promotes on this data; the implicit default without metrics, said so, where it has not run. */
export declare function readPromotion(dataset: Dataset, interim: string): Promise<Choice<Promotion>>;
