import { createRequire } from "node:module";
import { WorkspaceError } from "../data";

/** The tslab whose internals `emit` relies on; another version must be checked first. */
const TSLAB_VERSION = "1.0.22";

/** What one output carries: content by MIME type (a front end shows the richest it knows) and metadata. */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata: { movielens: { kind: string } & Record<string, unknown> };
}

interface Kernel {
  lastWriteDisplayData: ((content: object, update: boolean) => void) | null;
}

/**
 * Shows one output under the running cell. tslab's public `display` takes one MIME type per call, so this
 * speaks to the function behind it. Outside a kernel (tests, scripts) it does nothing.
 *
 * Throws KERNEL_UNSUPPORTED in a kernel that is not this project's tslab, where nothing would appear.
 */
export function emit(bundle: MimeBundle): void {
  const kernel = projectKernel();
  kernel?.({ data: bundle.data, metadata: bundle.metadata, transient: {} }, false);
}

function projectKernel(): Kernel["lastWriteDisplayData"] {
  const inTslab = "__tslab__" in globalThis;
  if (!inTslab) return null;
  // Resolved when a cell runs: the kernel process has loaded these very modules.
  const require = createRequire(__filename);
  const { version } = require("tslab/package.json") as { version: string };
  if (version !== TSLAB_VERSION)
    throw new WorkspaceError(
      "KERNEL_UNSUPPORTED",
      `tslab ${version} is installed, ${TSLAB_VERSION} is needed`,
    );
  const write = (require("tslab/dist/jupyter") as Kernel).lastWriteDisplayData;
  if (!write)
    throw new WorkspaceError(
      "KERNEL_UNSUPPORTED",
      "this notebook runs on a tslab that is not the project's own",
    );
  return write;
}
