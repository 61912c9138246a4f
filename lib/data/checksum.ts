import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Digest of a file, hexadecimal, read in constant memory. */
export async function fileDigest(path: string, algorithm: "md5" | "sha256"): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
