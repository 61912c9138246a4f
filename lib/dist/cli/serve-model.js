"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const commander_1 = require("commander");
const data_1 = require("../data");
const deploy_1 = require("../deploy");
const command_1 = require("./command");
const TOKEN = "MOVIELENS_TOKEN";
/** `npm run serve-model`: serves until a signal ends it. @returns the exit code: 0 stopped by a signal, 1 could not serve */
async function main(argv) {
    const command = new commander_1.Command("serve-model")
        .usage("-- [options]")
        .description("Serves an exported model over HTTP: recommendations, similar films, metrics, and /docs.")
        .option("--model <folder>", "a model, or a folder of models of which the current one is served, also when it changes", (0, data_1.projectPath)("models"))
        .option("--host <address>", "where to listen; 0.0.0.0 lets other machines in", "127.0.0.1")
        .option("--port <number>", "0 takes any free one", portOf, 8080)
        .option("--events <folder>", "where POST /events keeps what it is sent", (0, data_1.projectPath)("data", "events"))
        .addOption(new commander_1.Option("--log <what>", "failures, or every request, as JSON lines on standard error")
        .choices(deploy_1.LOG_LEVELS)
        .default("error"))
        .option("--log-users", "addresses in the log, and with them user ids", false)
        .option("--rate <number>", "requests that one address may send in a second", countOf, 2000)
        .option("--fold-in-from <ratings>", "a visitor with so many ratings is folded into the model", countOf)
        .addHelpText("after", `\nWith ${TOKEN} in the environment, /events and /admin/* want it as bearer token.`);
    return (0, command_1.runCommand)(command, argv, () => run(command.opts()));
}
async function run({ model, host, port, events, log, logUsers, rate, foldInFrom }) {
    const stopped = new Promise((resolve) => {
        // Once: a second signal ends the process at once, as it would any other.
        for (const signal of ["SIGINT", "SIGTERM"])
            process.once(signal, () => resolve());
    });
    const source = (0, node_fs_1.existsSync)((0, node_path_1.join)(model, "manifest.json")) ? { modelFolder: model } : { modelsFolder: model };
    const running = await (0, deploy_1.startServer)(source, {
        host,
        port,
        eventsFolder: events,
        token: process.env[TOKEN] || undefined,
        log,
        logUsers,
        requestsPerSecond: rate,
        foldInFrom,
    });
    console.log(greeting(running));
    await stopped;
    await running.close();
    return 0;
}
function greeting({ url, loaded: { manifest, model } }) {
    const { version, kind, options, users, items } = manifest;
    const { userIds, itemIds } = model.parts;
    const count = (value) => value.toLocaleString("en");
    return `Serving at ${url}: ${version} (${kind}, rank ${options.rank}, ${count(users)} users, ${count(items)} films). Ctrl-C stops.
  curl "${url}/recommend/${userIds[0]}?n=5"
  curl "${url}/similar/${itemIds[0]}"
  curl "${url}/recommend" -H "content-type: application/json" -d '{"ratings": [{"movieId": ${itemIds[0]}, "rating": ${manifest.scale.max}}]}'
  In a browser: ${url}, and every request described at ${url}/docs`;
}
function countOf(text) {
    if (!/^[1-9]\d{0,8}$/.test(text))
        throw new commander_1.InvalidArgumentError("It is not a whole number above 0.");
    return Number(text);
}
function portOf(text) {
    const port = Number(text);
    if (!/^\d+$/.test(text) || port > 65535)
        throw new commander_1.InvalidArgumentError("A port is a whole number from 0 to 65535.");
    return port;
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=serve-model.js.map