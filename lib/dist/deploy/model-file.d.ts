import { AlsModel, type AlsModelParts, type AlsOptions } from "../als";
import { type Dataset, type Movie, type RatingScale, type RatingsByRow } from "../data";
export type ModelKind = AlsOptions["feedback"];
/** One file of a model: how it is stored, and what proves it whole. */
export interface ModelFileEntry {
    bytes: number;
    /** Hexadecimal. */
    sha256: string;
    dtype: "float32" | "uint32" | "json" | "text";
    /** Row-major for columns; [number of movies] for the movie table; [] for the card. */
    shape: number[];
}
/** What `manifest.json` says. */
export interface ModelManifest {
    schemaVersion: number;
    /** Sortable by time: `20261124T101500Z-explicit-r32-1a2b3c4d`; also the folder's name. */
    version: string;
    kind: ModelKind;
    /** All options of the training: rank, λ, iterations, seed and the rest. */
    options: AlsOptions;
    globalMean: number;
    scale: RatingScale;
    /** Counts of what the model was trained on. */
    users: number;
    items: number;
    ratings: number;
    data: {
        name: string;
        hash: string;
    };
    /** As measured by whoever exported the model, by name. */
    metrics: Record<string, number>;
    /** ISO 8601, UTC. */
    created: string;
    libraryVersion: string;
    nodeVersion: string;
    files: Record<string, ModelFileEntry>;
}
/** A model as read from its folder, checked. */
export interface LoadedModel {
    folder: string;
    model: AlsModel;
    manifest: ModelManifest;
    /** By MovieLens id; films without a rating are included. */
    movies: ReadonlyMap<number, Movie>;
    /** Markdown; absent in models older than cards. */
    card?: string;
    /** The training ratings by item, where whoever loaded the model has made them already. */
    ratingsByItem?: RatingsByRow;
}
/** A model's files, read and checked: what `loadModel` makes a model of. */
export type ModelContents = Omit<LoadedModel, "model"> & {
    parts: AlsModelParts;
};
export interface ExportOptions {
    /** The folder of all versions, such as `models/`; the new version gets a folder of its own inside. */
    folder: string;
    /** What the model was trained on: gives name, hash and the movie table. */
    dataset: Dataset;
    /** Measured quality, by name, e.g. `{ testRmse: 0.87 }`. */
    metrics: Record<string, number>;
    now?: Date;
}
export interface ExportedModel {
    folder: string;
    version: string;
}
/**
 * Writes a model as a new version in `folder`. It appears whole or not at all: the files are written and
 * flushed in a hidden folder beside it, which is renamed last. Exporting the same model at the same second again
 * leaves the first in place.
 * @throws WorkspaceError MODEL_INVALID for a value that is not finite, a column of the wrong length, or an item
 *   that the data set's movie table lacks
 */
export declare function exportModel(model: AlsModel, { folder, dataset, metrics, now }: ExportOptions): Promise<ExportedModel>;
/**
 * Reads a model and proves it whole: every file present, of the size, checksum and shape that the manifest
 * says, and the manifest itself unaltered.
 * @param folder of one version
 * @throws WorkspaceError MODEL_MISSING when there is no model in `folder`, MODEL_FOREIGN for a schema version or
 *   kind that this library does not read, MODEL_CORRUPT naming the file and what is wrong with it
 */
export declare function loadModel(folder: string): Promise<LoadedModel>;
/** The reading and checking of `loadModel`. */
export declare function readModel(folder: string): Promise<ModelContents>;
/** Whether a folder's name is that of a model: `20261124T101500Z-explicit-r32-1a2b3c4d`. */
export declare const isVersionName: (name: string) => boolean;
/**
 * The folder of the newest version in `modelsFolder`.
 * @throws WorkspaceError MODEL_MISSING when there is none
 */
export declare function newestModel(modelsFolder: string): Promise<string>;
/** Names of the versions in `modelsFolder`, oldest first; none where there is no such folder. */
export declare function versionNames(modelsFolder: string): Promise<string[]>;
/** What a model's manifest says, its own checksum proven; the other files are not looked at. Throws as `loadModel`. */
export declare function readManifest(folder: string): Promise<ModelManifest>;
