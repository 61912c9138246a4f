import type { RecommendOptions, ScoredItem } from "../als";
import type { Dataset } from "../data";
import type { Recommender } from "./recommender";
/** r̂ = b_ui + intercept + slope · preference, with b_ui the damped biases. */
export interface Calibration {
    intercept: number;
    slope: number;
}
/**
 * Stars out of a model of preferences: its ranking stays, and `predict` gives the damped biases corrected by the
 * preference, clipped to the scale. The two numbers are to be learned on ratings that the model has not seen
 * (`learnCalibration`): on its own training ratings a preference says little but that they are there.
 */
export declare class CalibratedModel implements Recommender {
    readonly model: Recommender;
    readonly calibration: Calibration;
    readonly users: number;
    readonly items: number;
    readonly name: string;
    private readonly biases;
    private readonly scale;
    /** @param train what `model` was trained on */
    constructor(model: Recommender, train: Dataset, calibration: Calibration);
    predict(user: number, item: number): number;
    scoreItems(user: number, scores: Float64Array): void;
    recommend(user: number, n: number, options?: RecommendOptions): ScoredItem[];
}
/**
 * Least squares of what the damped biases leave of `heldOut`'s ratings on the model's preference; a slope of 0 where
 * the preference is the same for all.
 * @param train what `model` was trained on; `heldOut` ratings of the same index space that it has not seen
 */
export declare function learnCalibration(model: Recommender, train: Dataset, heldOut: Dataset): Calibration;
