// Compiles the kernels of lib/als/engine/assembly into two WebAssembly modules, plain and relaxed SIMD, and embeds
// them as base64 in lib/dist/als/engine/wasm.js, so that importing the library is all that it takes to run them.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OPTIONS = [
  "lib/als/engine/assembly/index.ts",
  ...["--runtime", "stub", "--noAssert", "-O3"],
  ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
  ...["--enable", "simd", "--enable", "threads"],
];

async function compile(features) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      ...OPTIONS,
      ...features.flatMap((feature) => ["--enable", feature]),
      "--outFile",
      "kernels.wasm",
      "--baseDir",
      root,
    ],
    { writeFile: (name, contents) => name === "kernels.wasm" && (binary = contents) },
  );
  if (error) throw new Error(`the kernels do not compile:\n${stderr}`);
  return Buffer.from(binary).toString("base64");
}

const [plain, relaxed] = [await compile([]), await compile(["relaxed-simd"])];
const target = join(root, "lib", "dist", "als", "engine", "wasm.js");
await mkdir(dirname(target), { recursive: true });
await writeFile(
  target,
  `"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n` +
    `exports.plain = ${JSON.stringify(plain)};\nexports.relaxed = ${JSON.stringify(relaxed)};\n`,
);
console.log(`kernels: ${plain.length} and ${relaxed.length} bytes of base64`);
