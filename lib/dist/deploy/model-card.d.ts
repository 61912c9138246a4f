import type { AlsModel } from "../als";
import { type Dataset } from "../data";
/**
 * The card of a model, in Markdown: what it learned from, how well it does, what it cannot do, and which biases of the
 * ratings it carries on. Every figure is computed here, from the model and the data set that it was trained on.
 * Source of the headings: Mitchell et al. 2019, "Model Cards for Model Reporting", FAT*.
 * @param metrics as measured by whoever exports the model, by name
 */
export declare function writeModelCard(model: AlsModel, dataset: Dataset, metrics: Record<string, number>): string;
