"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.emit = emit;
const node_module_1 = require("node:module");
const data_1 = require("../data");
/** The tslab whose internals `emit` relies on; another version must be checked first. */
const TSLAB_VERSION = "1.0.22";
/**
 * Shows one output under the running cell. tslab's public `display` takes one MIME type per call, so this
 * speaks to the function behind it. Outside a kernel (tests, scripts) it does nothing.
 *
 * Throws KERNEL_UNSUPPORTED in a kernel that is not this project's tslab, where nothing would appear.
 */
function emit(bundle) {
    const kernel = projectKernel();
    kernel?.({ data: bundle.data, metadata: bundle.metadata, transient: {} }, false);
}
function projectKernel() {
    const inTslab = "__tslab__" in globalThis;
    if (!inTslab)
        return null;
    // Resolved when a cell runs: the kernel process has loaded these very modules.
    const require = (0, node_module_1.createRequire)(__filename);
    const { version } = require("tslab/package.json");
    if (version !== TSLAB_VERSION)
        throw new data_1.WorkspaceError("KERNEL_UNSUPPORTED", `tslab ${version} is installed, ${TSLAB_VERSION} is needed`);
    const write = require("tslab/dist/jupyter").lastWriteDisplayData;
    if (!write)
        throw new data_1.WorkspaceError("KERNEL_UNSUPPORTED", "this notebook runs on a tslab that is not the project's own");
    return write;
}
//# sourceMappingURL=kernel.js.map