/**
 * Puts a folder of files at `target`, whole or not at all, unless something stands there already: the files are
 * written and flushed in a hidden folder beside it, which is renamed last. Of several processes that place one target,
 * one does, whatever moment they choose: a folder with something in it is never renamed over.
 * @returns whether it was placed; false where `target` was there
 */
export declare function placeFolder(target: string, contents: Record<string, Buffer>): Promise<boolean>;
/** Makes names in a folder survive a power cut. Windows cannot open a folder and does not need it. */
export declare function syncFolder(folder: string): Promise<void>;
