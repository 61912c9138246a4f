import { relative } from "node:path";
import { Command } from "commander";
import { DEFAULT_MIRROR, fetchDataset, PUBLISHED_ZIPS } from "../data";
import { asProgram, runCommand } from "./command";
import { createProgress } from "./progress";

interface Flags {
  mirror: string;
  to?: string;
  json: boolean;
}

/** `npm run data:fetch -- <name>`. @returns the exit code: 0 verified, 1 failed, 130 stopped by Ctrl-C */
export async function main(argv: string[]): Promise<number> {
  const names = Object.entries(PUBLISHED_ZIPS).map(([name, { says }]) => `  ${name.padEnd(17)}${says}`);
  const command = new Command("data:fetch")
    .usage("-- <name> [options]")
    .description(
      "Downloads a published MovieLens data set as a zip, verifies it and leaves it in data/, where every command reads it.\n" +
        "A download that broke off goes on where it stopped when the command is run again.",
    )
    .argument("<name>", "which one, see below")
    .option("--mirror <url>", "another source that holds <name>.zip", DEFAULT_MIRROR)
    .option("--to <folder>", "where to put the zip (default: data/)")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `\nData sets:\n${names.join("\n")}\n\nIts licence is in the README inside each zip.`,
    );
  return runCommand(command, argv, () => run(command.args[0], command.opts<Flags>()));
}

async function run(name: string, { mirror, to, json }: Flags): Promise<number> {
  const stop = new AbortController();
  // Not `once`: npm passes on a Ctrl-C that the terminal has sent already, and the second must not kill the explanation.
  const onInterrupt = (): void => stop.abort();
  process.on("SIGINT", onInterrupt);
  const progress = createProgress({ label: name, unit: "bytes" });
  try {
    const fetched = await fetchDataset(name, {
      mirror,
      folder: to,
      signal: stop.signal,
      onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes ?? undefined),
    });
    progress.done(fetched.downloaded ? "downloaded and verified" : "there already, verified");
    if (json) console.log(JSON.stringify(fetched, null, 2));
    else {
      const path = relative(process.cwd(), fetched.path);
      console.log(`${path}  ${fetched.bytes.toLocaleString("en")} bytes, ${VERIFIED[fetched.verifiedBy]}`);
      console.log(`SHA-256 ${fetched.sha256}`);
      console.log(`Next: npm run data:check -- ${path}`);
    }
    return 0;
  } catch (error) {
    progress.done("stopped");
    throw error;
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

const VERIFIED = {
  pinned: "MD5 as published (pinned in this library)",
  published: "MD5 as published beside the zip",
  record: "SHA-256 as when it was fetched",
  crc: "no MD5 is published for it; whole by the zip's own CRC-32s",
};

asProgram(module, main);
