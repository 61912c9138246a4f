"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ModelWatch = void 0;
const load_aside_1 = require("./load-aside");
const model_file_1 = require("./model-file");
const registry_1 = require("./registry");
/** A model that could not be taken up is tried again after so long: the disk may have been busy. */
const RETRY_MILLISECONDS = 30_000;
const TRIED_USERS = 3;
/**
 * Keeps a server at the current model of a registry. The small file `current` is read again and again, rather than
 * watched by the operating system, whose events do not cross network file systems and containers. Another model is
 * loaded and tried beside the one that is served, and takes its place only when all went well.
 */
class ModelWatch {
    modelsFolder;
    options;
    served;
    failed;
    looking;
    timer;
    stopped = false;
    constructor(modelsFolder, options) {
        this.modelsFolder = modelsFolder;
        this.options = options;
    }
    /** Takes up the current model and begins to watch, whether or not that went well. Throws what `currentModel` and `loadModel` throw. */
    async first() {
        try {
            return await this.takeUp(await (0, registry_1.currentModel)(this.modelsFolder), model_file_1.loadModel);
        }
        finally {
            this.timer = setInterval(() => void this.look(), this.options.milliseconds ?? 1000).unref();
            if (this.stopped)
                this.stop();
        }
    }
    /** Looks once; looks that overlap are one. Never throws: failures go to `onReload`. @returns whether another model was taken up */
    look() {
        return (this.looking ??= this.lookOnce().finally(() => (this.looking = undefined)));
    }
    /** As `look`, and without waiting to try a model again that could not be taken up. */
    retry() {
        this.failed = undefined;
        return this.look();
    }
    stop() {
        this.stopped = true;
        clearInterval(this.timer);
    }
    async lookOnce() {
        let folder = this.modelsFolder;
        try {
            folder = await (0, registry_1.currentModel)(this.modelsFolder);
            if (folder === this.served || this.stopped)
                return false;
            if (this.failed?.folder === folder && performance.now() < this.failed.until)
                return false;
            await this.takeUp(folder, load_aside_1.loadModelAside);
        }
        catch (error) {
            // The pointer itself may be what cannot be read; said once, not every second.
            const known = this.failed?.folder === folder && performance.now() < this.failed.until;
            this.failed = { folder, until: performance.now() + RETRY_MILLISECONDS };
            if (!known)
                this.options.onReload("failed", error);
            return false;
        }
        this.options.onReload("ok");
        return true;
    }
    async takeUp(folder, load) {
        const loaded = await load(folder);
        tryOut(loaded);
        await this.options.use(loaded);
        this.served = folder;
        this.failed = undefined;
        return loaded;
    }
}
exports.ModelWatch = ModelWatch;
/** A few users' lists, which throw for scores that are no numbers: checksums prove what was written, not that it makes sense. */
function tryOut({ model }) {
    for (let user = 0; user < Math.min(TRIED_USERS, model.users); user++)
        model.recommend(user, 1);
}
//# sourceMappingURL=model-watch.js.map