import { type ItemRating, type RecommendOptions, type ScoredItem } from "../als";
import { type VisitorRecommender } from "./preferences";
import type { Recommender } from "./recommender";
/** A model and its weight in a blend. */
export interface BlendPart {
    model: Recommender;
    weight: number;
}
export interface BlendOptions {
    /**
     * "z-score", the default: each model's scores of a user have their mean taken off and are divided by their standard
     * deviation, over the items that it can recommend, so that models of any unit can be added. "none": added as they
     * are, for models that all predict stars; weights then want to sum to 1.
     */
    normalise?: "z-score" | "none";
}
/**
 * A weighted sum of the scores of models of one index space; a blend of one model ranks as that model. The weights are
 * to be learned on validation ratings (`learnBlend` of lib/evaluate), never on test. An item is recommended where every
 * model can recommend it. `predict` is the blended score: stars only with "none" and models of stars.
 * @throws WorkspaceError OPTION_INVALID without a part, for models of different index spaces, or a weight that is not finite
 */
export declare function blendModel(parts: readonly BlendPart[], options?: BlendOptions): BlendModel;
export declare class BlendModel implements VisitorRecommender {
    readonly parts: readonly BlendPart[];
    readonly name: string;
    readonly users: number;
    readonly items: number;
    private readonly zScore;
    private readonly own;
    private last;
    constructor(parts: readonly BlendPart[], options?: BlendOptions);
    predict(user: number, item: number): number;
    scoreItems(user: number, scores: Float64Array): void;
    /** @throws WorkspaceError OPTION_INVALID for a blend with a model that takes no visitors, and what the models throw */
    scoreItemsFor(ratings: readonly ItemRating[], scores: Float64Array): void;
    recommendFor(ratings: readonly ItemRating[], n: number, options?: RecommendOptions): ScoredItem[];
    private addUp;
    recommend(user: number, n: number, options?: RecommendOptions): ScoredItem[];
}
