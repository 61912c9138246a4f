import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A path inside the project, wherever the caller's working directory is (a notebook's is its own folder).
 * The project is the nearest folder above this library that holds `notebooks/`.
 */
export function projectPath(...segments: string[]): string {
  return join(projectRoot(), ...segments);
}

let root: string | undefined;

function projectRoot(): string {
  if (root) return root;
  let folder = realpathSync(__dirname);
  while (!existsSync(join(folder, "notebooks")) && dirname(folder) !== folder) folder = dirname(folder);
  return (root = folder);
}
