import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Puts a folder of files at `target`, whole or not at all, unless something stands there already: the files are
 * written and flushed in a hidden folder beside it, which is renamed last. Of several processes that place one target,
 * one does, whatever moment they choose: a folder with something in it is never renamed over.
 * @returns whether it was placed; false where `target` was there
 */
export async function placeFolder(target: string, contents: Record<string, Buffer>): Promise<boolean> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const draft = join(parent, `.${basename(target)}.${randomBytes(4).toString("hex")}`);
  await mkdir(draft);
  try {
    for (const [name, content] of Object.entries(contents)) {
      const file = await open(join(draft, name), "wx");
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    await syncFolder(draft);
    try {
      await rename(draft, target);
    } catch (error) {
      // Windows calls a target that is there EPERM, as it does much else.
      const { code } = error as NodeJS.ErrnoException;
      const taken =
        code === "ENOTEMPTY" || code === "EEXIST" || (process.platform === "win32" && existsSync(target));
      if (!taken) throw error;
      return false;
    }
    await syncFolder(parent);
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes names in a folder survive a power cut. Windows cannot open a folder and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
