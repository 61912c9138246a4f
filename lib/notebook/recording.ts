import { readFile } from "node:fs/promises";
import { WorkspaceError } from "../data";

/**
 * A recording as `--save` of a command wrote it.
 * @param list the field that holds what was measured
 * @throws WorkspaceError DATA_MISSING where there is none, DATA_INVALID for what is not one
 */
export async function readRecording<T>(path: string, command: string, list: keyof T & string): Promise<T> {
  const mend = `Make one with \`npm run ${command} -- --save FILE\`.`;
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new WorkspaceError("DATA_MISSING", `no recording at ${path}`, { cause, mend });
  });
  try {
    const recording = JSON.parse(text) as T;
    if (Array.isArray(recording[list])) return recording;
  } catch (cause) {
    throw new WorkspaceError("DATA_INVALID", `${path} is not JSON`, { cause, mend });
  }
  throw new WorkspaceError("DATA_INVALID", `${path} is no recording of ${command}: it has no ${list}`, {
    mend,
  });
}
