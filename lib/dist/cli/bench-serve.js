"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_child_process_1 = require("node:child_process");
const node_events_1 = require("node:events");
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const autocannon_1 = __importDefault(require("autocannon"));
const commander_1 = require("commander");
const data_1 = require("../data");
const deploy_1 = require("../deploy");
const command_1 = require("./command");
const text_table_1 = require("./text-table");
const CONNECTIONS = 10;
const FOLDED = 50;
/** `npm run bench:serve`: starts the server in a process of its own and loads it over loopback. */
async function main(argv) {
    const command = new commander_1.Command("bench:serve")
        .usage("-- [options]")
        .description("Measures start to ready, and latencies of a served model under load on this machine.")
        .option("--model <folder>", "a model, or a folder of models of which the newest is served", (0, data_1.projectPath)("models"))
        .option("--rate <number>", "GET /recommend per second", command_1.numberOf, 1000)
        .option("--seconds <number>", "of load for each kind of request", command_1.numberOf, 10)
        .option("--json", "print JSON", false);
    return (0, command_1.runCommand)(command, argv, () => run(command.opts()));
}
async function run({ model, rate, seconds, json }) {
    const folder = (0, node_fs_1.existsSync)((0, node_path_1.join)(model, "manifest.json")) ? model : await (0, deploy_1.newestModel)(model);
    const { child, url, readySeconds } = await startProcess(folder);
    try {
        const card = (await (await fetch(`${url}/model`)).json());
        const random = (0, data_1.seededRandom)(1);
        const userPaths = Array.from({ length: 500 }, () => `/recommend/${1 + Math.floor(random() * card.users)}`);
        const popular = (await (await fetch(`${url}/recommend/4294967295?n=100`)).json());
        const ratings = popular.items
            .slice(0, FOLDED)
            .map(({ movieId }) => ({ movieId, rating: 1 + Math.floor(random() * 5) }));
        const gets = userPaths.map((path) => ({ path }));
        const visitor = [post("/recommend", { ratings })];
        const results = [
            // The first seconds of a process are those of its compiler.
            await load("warm-up", url, gets, rate, Math.min(3, seconds)),
            await load(`GET /recommend at ${rate}/s`, url, gets, rate, seconds),
            await load(`POST /recommend, ${ratings.length} ratings folded in, one at a time`, url, visitor, undefined, seconds, 1),
            await load("GET /similar", url, [{ path: `/similar/${ratings[0].movieId}` }], 100, seconds),
            await load("GET /movies?q=", url, [{ path: "/movies?q=the%20matrx" }], 100, seconds),
            await load("GET /explain", url, card.exampleUserIds.map((user) => ({ path: `/explain/${user}/${ratings[0].movieId}` })), 100, seconds),
        ].slice(1);
        if (json)
            console.log(JSON.stringify({ model: card.version, readySeconds, results }, null, 2));
        else {
            console.log(`${card.version}: rank ${card.options.rank}, ${card.items} films; start to ready ${readySeconds.toFixed(2)} s`);
            console.log((0, text_table_1.textTable)(["request", "answers", "per second", "failed", "p50, ms", "p99, ms", "worst, ms"], results.map((one) => [
                one.request,
                String(one.requests),
                one.perSecond.toFixed(0),
                String(one.failed),
                one.p50.toFixed(2),
                one.p99.toFixed(2),
                one.worst.toFixed(1),
            ]), new Set([1, 2, 3, 4, 5, 6])).join("\n"));
        }
        return results.every(({ failed }) => failed === 0) ? 0 : 1;
    }
    finally {
        child.kill("SIGTERM");
        if (child.exitCode === null)
            await (0, node_events_1.once)(child, "exit");
    }
}
const post = (path, body) => ({
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
});
async function startProcess(folder) {
    const started = performance.now();
    const child = (0, node_child_process_1.spawn)(process.execPath, [
        (0, node_path_1.join)(__dirname, "serve-model.js"),
        ...["--model", folder, "--port", "0", "--rate", "1000000", "--fold-in-from", "1"],
    ], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await new Promise((resolve, reject) => {
        let said = "";
        child.stdout.on("data", (chunk) => {
            const match = /Serving at (http:\S+):/.exec((said += chunk.toString()));
            if (match)
                resolve(match[1]);
        });
        child.once("exit", (code) => reject(new data_1.WorkspaceError("LISTEN_FAILED", `the server ended with code ${code} before it was ready`)));
    });
    await fetch(`${url}/health/ready`);
    return { child, url, readySeconds: (performance.now() - started) / 1000 };
}
async function load(request, url, requests, overallRate, duration, connections = CONNECTIONS) {
    const latencies = [];
    let failed = 0;
    const { errors, timeouts } = await new Promise((resolve, reject) => {
        const running = (0, autocannon_1.default)({ url, requests, duration, connections, ...(overallRate && { overallRate }) }, (error, result) => (error ? reject(error) : resolve(result)));
        running.on("response", (_client, status, _bytes, milliseconds) => {
            latencies.push(milliseconds);
            if (status !== 200)
                failed++;
        });
    });
    if (latencies.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${request}: there was no answer`);
    latencies.sort((a, b) => a - b);
    const quantile = (share) => latencies[Math.ceil(latencies.length * share) - 1];
    return {
        request,
        requests: latencies.length,
        perSecond: latencies.length / duration,
        failed: failed + errors + timeouts,
        p50: quantile(0.5),
        p99: quantile(0.99),
        worst: latencies[latencies.length - 1],
    };
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=bench-serve.js.map