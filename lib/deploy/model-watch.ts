import { loadModelAside } from "./load-aside";
import { loadModel, type LoadedModel } from "./model-file";
import { currentModel } from "./registry";

export interface ModelWatchOptions {
  /** Between two looks; 1000 by default. */
  milliseconds?: number;
  /** Prepares a model and takes it up at one stroke; what it throws leaves the old one. */
  use: (loaded: LoadedModel) => Promise<void>;
  /** Told after each attempt but the first. */
  onReload: (result: "ok" | "failed", error?: unknown) => void;
}

/** A model that could not be taken up is tried again after so long: the disk may have been busy. */
const RETRY_MILLISECONDS = 30_000;
const TRIED_USERS = 3;

/**
 * Keeps a server at the current model of a registry. The small file `current` is read again and again, rather than
 * watched by the operating system, whose events do not cross network file systems and containers. Another model is
 * loaded and tried beside the one that is served, and takes its place only when all went well.
 */
export class ModelWatch {
  private served?: string;
  private failed?: { folder: string; until: number };
  private looking?: Promise<boolean>;
  private timer?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly modelsFolder: string,
    private readonly options: ModelWatchOptions,
  ) {}

  /** Takes up the current model and begins to watch, whether or not that went well. Throws what `currentModel` and `loadModel` throw. */
  async first(): Promise<LoadedModel> {
    try {
      return await this.takeUp(await currentModel(this.modelsFolder), loadModel);
    } finally {
      this.timer = setInterval(() => void this.look(), this.options.milliseconds ?? 1000).unref();
      if (this.stopped) this.stop();
    }
  }

  /** Looks once; looks that overlap are one. Never throws: failures go to `onReload`. @returns whether another model was taken up */
  look(): Promise<boolean> {
    return (this.looking ??= this.lookOnce().finally(() => (this.looking = undefined)));
  }

  /** As `look`, and without waiting to try a model again that could not be taken up. */
  retry(): Promise<boolean> {
    this.failed = undefined;
    return this.look();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  private async lookOnce(): Promise<boolean> {
    let folder = this.modelsFolder;
    try {
      folder = await currentModel(this.modelsFolder);
      if (folder === this.served || this.stopped) return false;
      if (this.failed?.folder === folder && performance.now() < this.failed.until) return false;
      await this.takeUp(folder, loadModelAside);
    } catch (error) {
      // The pointer itself may be what cannot be read; said once, not every second.
      const known = this.failed?.folder === folder && performance.now() < this.failed.until;
      this.failed = { folder, until: performance.now() + RETRY_MILLISECONDS };
      if (!known) this.options.onReload("failed", error);
      return false;
    }
    this.options.onReload("ok");
    return true;
  }

  private async takeUp(folder: string, load: typeof loadModel): Promise<LoadedModel> {
    const loaded = await load(folder);
    tryOut(loaded);
    await this.options.use(loaded);
    this.served = folder;
    this.failed = undefined;
    return loaded;
  }
}

/** A few users' lists, which throw for scores that are no numbers: checksums prove what was written, not that it makes sense. */
function tryOut({ model, lister }: LoadedModel): void {
  for (let user = 0; user < Math.min(TRIED_USERS, model.users); user++)
    for (const one of [model, lister]) one?.recommend(user, 1);
}
