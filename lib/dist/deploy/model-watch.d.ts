import { type LoadedModel } from "./model-file";
export interface ModelWatchOptions {
    /** Between two looks; 1000 by default. */
    milliseconds?: number;
    /** Prepares a model and takes it up at one stroke; what it throws leaves the old one. */
    use: (loaded: LoadedModel) => Promise<void>;
    /** Told after each attempt but the first. */
    onReload: (result: "ok" | "failed", error?: unknown) => void;
}
/**
 * Keeps a server at the current model of a registry. The small file `current` is read again and again, rather than
 * watched by the operating system, whose events do not cross network file systems and containers. Another model is
 * loaded and tried beside the one that is served, and takes its place only when all went well.
 */
export declare class ModelWatch {
    private readonly modelsFolder;
    private readonly options;
    private served?;
    private failed?;
    private looking?;
    private timer?;
    private stopped;
    constructor(modelsFolder: string, options: ModelWatchOptions);
    /** Takes up the current model and begins to watch, whether or not that went well. Throws what `currentModel` and `loadModel` throw. */
    first(): Promise<LoadedModel>;
    /** Looks once; looks that overlap are one. Never throws: failures go to `onReload`. @returns whether another model was taken up */
    look(): Promise<boolean>;
    /** As `look`, and without waiting to try a model again that could not be taken up. */
    retry(): Promise<boolean>;
    stop(): void;
    private lookOnce;
    private takeUp;
}
