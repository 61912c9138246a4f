/** Digest of a file, hexadecimal, read in constant memory. */
export declare function fileDigest(path: string, algorithm: "md5" | "sha256"): Promise<string>;
