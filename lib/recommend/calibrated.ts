import type { RecommendOptions, ScoredItem } from "../als";
import type { Dataset } from "../data";
import { dampedBiases, type DampedBiases } from "./baselines";
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
export class CalibratedModel implements Recommender {
  readonly users: number;
  readonly items: number;
  readonly name: string;
  private readonly biases: DampedBiases;
  private readonly scale: Dataset["scale"];

  /** @param train what `model` was trained on */
  constructor(
    readonly model: Recommender,
    train: Dataset,
    readonly calibration: Calibration,
  ) {
    this.name = `${model.name}, in stars`;
    this.users = model.users;
    this.items = model.items;
    this.biases = dampedBiases(train);
    this.scale = train.scale;
  }

  predict(user: number, item: number): number {
    const { intercept, slope } = this.calibration;
    const stars = biasOf(this.biases, user, item) + intercept + slope * this.model.predict(user, item);
    return Math.min(this.scale.max, Math.max(this.scale.min, stars));
  }

  scoreItems(user: number, scores: Float64Array): void {
    this.model.scoreItems(user, scores);
  }

  recommend(user: number, n: number, options?: RecommendOptions): ScoredItem[] {
    return this.model.recommend(user, n, options);
  }
}

/**
 * Least squares of what the damped biases leave of `heldOut`'s ratings on the model's preference; a slope of 0 where
 * the preference is the same for all.
 * @param train what `model` was trained on; `heldOut` ratings of the same index space that it has not seen
 */
export function learnCalibration(model: Recommender, train: Dataset, heldOut: Dataset): Calibration {
  const biases = dampedBiases(train);
  const n = heldOut.ratings.length;
  const left = Float64Array.from(
    heldOut.ratings,
    (stars, r) => stars - biasOf(biases, heldOut.users[r], heldOut.items[r]),
  );
  const preference = Float64Array.from(left, (_, r) => model.predict(heldOut.users[r], heldOut.items[r]));
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanLeft, meanPreference] = [mean(left), mean(preference)];
  let covariance = 0;
  let variance = 0;
  for (let r = 0; r < n; r++) {
    covariance += (left[r] - meanLeft) * (preference[r] - meanPreference);
    variance += (preference[r] - meanPreference) ** 2;
  }
  const slope = variance > 0 ? covariance / variance : 0;
  return { slope, intercept: meanLeft - slope * meanPreference };
}

const biasOf = ({ mean, userBias, itemBias }: DampedBiases, user: number, item: number): number =>
  mean + userBias[user] + itemBias[item];
