// A process that promotes, to be killed. It counts the operations that change files, and kills itself, or has an
// operation fail, after as many as it is told.
//   node promoter.cjs <registry.js> <models> <way> <count> <version> [version]
//   way "kill": by SIGKILL after <count> operations; "fail": operation <count> fails with EIO; "forever": promotes one
//   version after the other until somebody ends it
const files = require("node:fs/promises");
const [registryFile, models, way, count, ...versions] = process.argv.slice(2);
let done = 0;

function watch(holder, name) {
  const operation = holder[name];
  holder[name] = async function (...args) {
    if (way === "fail" && ++done === Number(count))
      throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: "EIO" });
    const result = await operation.apply(this, args);
    if (way === "kill" && ++done === Number(count)) process.kill(process.pid, "SIGKILL");
    return result;
  };
}

async function main() {
  const handle = await files.open(__filename);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { makeCurrent, readCurrent } = require(registryFile);
  for (const name of ["mkdir", "open", "rename", "rm"]) watch(files, name);
  for (const name of ["writeFile", "sync", "close"]) watch(prototype, name);
  const promote = async (version) => {
    const expected = (await readCurrent(models))?.version ?? null;
    return makeCurrent(models, version, { action: expected === null ? "first" : "force", expected });
  };
  if (way !== "forever") {
    await promote(versions[0]);
    return;
  }
  for (let turn = 0; ; turn++) {
    try {
      await promote(versions[turn % versions.length]);
    } catch (error) {
      // The other promoter was faster, or has just promoted the very same.
      if (!["PROMOTION_CONFLICT", "PROMOTION_REFUSED"].includes(error.code)) throw error;
    }
    if (turn === 0) process.stdout.write("promoting\n");
  }
}

main().catch((error) => {
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
});
