"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_path_1 = require("node:path");
const commander_1 = require("commander");
const data_1 = require("../data");
const command_1 = require("./command");
const progress_1 = require("./progress");
/** `npm run data:fetch -- <name>`. @returns the exit code: 0 verified, 1 failed, 130 stopped by Ctrl-C */
async function main(argv) {
    const names = Object.entries(data_1.PUBLISHED_ZIPS).map(([name, { says }]) => `  ${name.padEnd(17)}${says}`);
    const command = new commander_1.Command("data:fetch")
        .usage("-- <name> [options]")
        .description("Downloads a published MovieLens data set as a zip, verifies it and leaves it in data/, where every command reads it.\n" +
        "A download that broke off goes on where it stopped when the command is run again.")
        .argument("<name>", "which one, see below")
        .option("--mirror <url>", "another source that holds <name>.zip", data_1.DEFAULT_MIRROR)
        .option("--to <folder>", "where to put the zip (default: data/)")
        .option("--json", "print the result as JSON", false)
        .addHelpText("after", `\nData sets:\n${names.join("\n")}\n\nIts licence is in the README inside each zip.`);
    return (0, command_1.runCommand)(command, argv, () => run(command.args[0], command.opts()));
}
async function run(name, { mirror, to, json }) {
    const stop = new AbortController();
    // Not `once`: npm passes on a Ctrl-C that the terminal has sent already, and the second must not kill the explanation.
    const onInterrupt = () => stop.abort();
    process.on("SIGINT", onInterrupt);
    const progress = (0, progress_1.createProgress)({ label: name, unit: "bytes" });
    try {
        const fetched = await (0, data_1.fetchDataset)(name, {
            mirror,
            folder: to,
            signal: stop.signal,
            onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes ?? undefined),
        });
        progress.done(fetched.downloaded ? "downloaded and verified" : "there already, verified");
        if (json)
            console.log(JSON.stringify(fetched, null, 2));
        else {
            const path = (0, node_path_1.relative)(process.cwd(), fetched.path);
            console.log(`${path}  ${fetched.bytes.toLocaleString("en")} bytes, ${VERIFIED[fetched.verifiedBy]}`);
            console.log(`SHA-256 ${fetched.sha256}`);
            console.log(`Next: npm run data:check -- ${path}`);
        }
        return 0;
    }
    catch (error) {
        progress.done("stopped");
        throw error;
    }
    finally {
        process.removeListener("SIGINT", onInterrupt);
    }
}
const VERIFIED = {
    pinned: "MD5 as published (pinned in this library)",
    published: "MD5 as published beside the zip",
    record: "SHA-256 as when it was fetched",
    crc: "no MD5 is published for it; whole by the zip's own CRC-32s",
};
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=data-fetch.js.map