import { type Split } from "../data";
import { type BlendModel, type Recommender } from "../recommend";
import { type RankingMetricName, type RankingOptions } from "./ranking";
export interface BlendSearchOptions extends RankingOptions {
    /** "ndcg" by default. */
    metric?: RankingMetricName;
}
export interface LearnedBlend {
    /** Of the models in the order given; the first is 1. */
    weights: number[];
    /** Of the metric, mean over the splits, with these weights. */
    value: number;
    /** The same of the first model alone. */
    alone: number;
}
/**
 * Learns the weights of a z-score blend on validation ratings, one weight after the other as long as that helps. The
 * first model has weight 1, and another enters only where it helps: so the blend is no worse, on these ratings, than the
 * first model. A user's list is looked for among the 100 best unseen items of each model.
 * @param fitted for each validation split, the models trained on its `train`, in one order. More splits make steadier weights
 * @throws WorkspaceError OPTION_INVALID without a model or for splits with different numbers of models, METRIC_EMPTY, INDEX_UNKNOWN
 */
export declare function learnBlend(fitted: readonly {
    models: readonly Recommender[];
    split: Pick<Split, "train" | "test">;
}[], options?: BlendSearchOptions): LearnedBlend;
/** The blend with the weights learned, of models trained anew; a model of weight 0 is left out. */
export declare function learnedBlend(models: readonly Recommender[], { weights }: LearnedBlend): BlendModel;
