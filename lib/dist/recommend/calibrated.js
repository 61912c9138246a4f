"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.CalibratedModel = void 0;
exports.learnCalibration = learnCalibration;
const baselines_1 = require("./baselines");
/**
 * Stars out of a model of preferences: its ranking stays, and `predict` gives the damped biases corrected by the
 * preference, clipped to the scale. The two numbers are to be learned on ratings that the model has not seen
 * (`learnCalibration`): on its own training ratings a preference says little but that they are there.
 */
class CalibratedModel {
    model;
    calibration;
    users;
    items;
    name;
    biases;
    scale;
    /** @param train what `model` was trained on */
    constructor(model, train, calibration) {
        this.model = model;
        this.calibration = calibration;
        this.name = `${model.name}, in stars`;
        this.users = model.users;
        this.items = model.items;
        this.biases = (0, baselines_1.dampedBiases)(train);
        this.scale = train.scale;
    }
    predict(user, item) {
        const { intercept, slope } = this.calibration;
        const stars = biasOf(this.biases, user, item) + intercept + slope * this.model.predict(user, item);
        return Math.min(this.scale.max, Math.max(this.scale.min, stars));
    }
    scoreItems(user, scores) {
        this.model.scoreItems(user, scores);
    }
    recommend(user, n, options) {
        return this.model.recommend(user, n, options);
    }
}
exports.CalibratedModel = CalibratedModel;
/**
 * Least squares of what the damped biases leave of `heldOut`'s ratings on the model's preference; a slope of 0 where
 * the preference is the same for all.
 * @param train what `model` was trained on; `heldOut` ratings of the same index space that it has not seen
 */
function learnCalibration(model, train, heldOut) {
    const biases = (0, baselines_1.dampedBiases)(train);
    const n = heldOut.ratings.length;
    const left = Float64Array.from(heldOut.ratings, (stars, r) => stars - biasOf(biases, heldOut.users[r], heldOut.items[r]));
    const preference = Float64Array.from(left, (_, r) => model.predict(heldOut.users[r], heldOut.items[r]));
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / n;
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
const biasOf = ({ mean, userBias, itemBias }, user, item) => mean + userBias[user] + itemBias[item];
//# sourceMappingURL=calibrated.js.map