"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_child_process_1 = require("node:child_process");
const node_events_1 = require("node:events");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_os_1 = require("node:os");
const node_path_1 = require("node:path");
const promises_2 = require("node:timers/promises");
const node_util_1 = require("node:util");
const autocannon_1 = __importDefault(require("autocannon"));
const commander_1 = require("commander");
const data_1 = require("../data");
const deploy_1 = require("../deploy");
const command_1 = require("./command");
const synthetic_1 = require("./synthetic");
const text_table_1 = require("./text-table");
const CONNECTIONS = 10;
const FOLDED = 50;
/** Of MovieLens 20M's catalogue; a fold-in looks at the rated films' factors, so that a few users are enough. */
const FOLD_IN_SHAPE = { users: 2_000, items: 26_744, ratings: 200_000, seed: 1 };
const FOLD_IN_RANK = 64;
/** As large as ml-latest-small. */
const SOAK_SHAPE = { users: 610, items: 9_724, ratings: 100_836, seed: 1 };
const SOAK_RANK = 32;
/** `npm run bench:serve`: starts the server in a process of its own and loads it over loopback. */
async function main(argv) {
    const command = new commander_1.Command("bench:serve")
        .usage("-- [options]")
        .description("Measures start to ready, and latencies of a served model under load on this machine.")
        .option("--model <folder>", "a model, or a folder of models of which the newest is served", (0, data_1.projectPath)("models"))
        .option("--rate <number>", "GET /recommend per second", command_1.numberOf, 1000)
        .option("--seconds <number>", "of load for each kind of request", command_1.numberOf, 10)
        .option("--soak <minutes>", "instead: so many minutes of load at --rate with hot reloads in it, failed requests and memory", command_1.numberOf)
        .option("--reloads <number>", "in the soak", command_1.numberOf, 20)
        .option("--json", "print JSON", false);
    return (0, command_1.runCommand)(command, argv, async () => {
        const flags = command.opts();
        const temporary = await (0, promises_1.mkdtemp)((0, node_path_1.join)((0, node_os_1.tmpdir)(), "movielens-bench-"));
        try {
            return await (flags.soak === undefined ? run(flags, temporary) : soak(flags, flags.soak, temporary));
        }
        finally {
            await (0, promises_1.rm)(temporary, { recursive: true });
        }
    });
}
async function run({ model, rate, seconds, json }, temporary) {
    const folder = (0, node_fs_1.existsSync)((0, node_path_1.join)(model, "manifest.json")) ? model : await (0, deploy_1.newestModel)(model);
    const { card, readySeconds, results } = await measured(folder, async ({ url }, card) => {
        const users = recommendUsers(card);
        const popular = (await (await fetch(`${url}/recommend/4294967295?n=100`)).json());
        const [{ movieId }] = popular.items;
        const titles = popular.items.map(({ title }) => title.replace(/,.*| *\(.*/, ""));
        const evenly = (request, requests, perSecond) => load(request, url, requests, seconds, { connections: CONNECTIONS_IN_TURN, perSecond });
        return [
            await evenly(`GET /recommend at ${rate}/s`, users, rate),
            await load("GET /recommend, as fast as 10 connections go", url, users, seconds, {
                connections: CONNECTIONS,
            }),
            await load(foldIn(card), url, [visitor(popular.items)], seconds, { connections: 1 }),
            await evenly("GET /similar", [{ path: `/similar/${movieId}` }], 100),
            await evenly("GET /movies?q=, as typed", titles.map(search), 100),
            await evenly("GET /movies?q=, with slips", titles.map(withSlip).map(search), 100),
            await evenly("GET /explain", card.exampleUserIds.map((user) => ({ path: `/explain/${user}/${movieId}` })), 100),
        ];
    });
    const large = (0, synthetic_1.syntheticModel)("synthetic", FOLD_IN_SHAPE, FOLD_IN_RANK);
    const exported = await (0, deploy_1.exportModel)(large.model, { folder: temporary, dataset: large.dataset, metrics: {} });
    const folded = await measured(exported.folder, async ({ url }, card) => {
        const films = Array.from({ length: FOLDED }, (_, k) => ({ movieId: 1 + k * 100 }));
        return [await load(foldIn(card), url, [visitor(films)], seconds, { connections: 1 })];
    });
    const all = [...results, ...folded.results];
    if (json)
        console.log(JSON.stringify({ model: card.version, readySeconds, results: all }, null, 2));
    else {
        console.log(`${card.version}: rank ${card.options.rank}, ${card.items} films; start to ready ${readySeconds.toFixed(2)} s`);
        console.log((0, text_table_1.textTable)(["request", "answers", "per second", "failed", "p50, ms", "p99, ms", "worst, ms"], all.map((one) => [
            one.request,
            String(one.requests),
            one.perSecond.toFixed(0),
            String(one.failed),
            one.p50.toFixed(2),
            one.p99.toFixed(2),
            one.worst.toFixed(1),
        ]), new Set([1, 2, 3, 4, 5, 6])).join("\n"));
    }
    return all.every(({ failed }) => failed === 0) ? 0 : 1;
}
/** Load and hot reloads together: two models as large as ml-latest-small's take turns at being current. */
async function soak({ rate, reloads, json }, minutes, temporary) {
    const versions = [];
    for (const seed of [1, 2]) {
        const { model, dataset } = (0, synthetic_1.syntheticModel)("synthetic", { ...SOAK_SHAPE, seed }, SOAK_RANK);
        versions.push((await (0, deploy_1.exportModel)(model, { folder: temporary, dataset, metrics: {} })).version);
    }
    let current = null;
    const promote = async (version) => {
        await (0, deploy_1.makeCurrent)(temporary, version, { action: current ? "force" : "first", expected: current });
        current = version;
    };
    await promote(versions[0]);
    const server = await startProcess(temporary);
    try {
        const { url } = server;
        const memory = [];
        const sample = setInterval(() => void residentMegabytes(server.child).then((mb) => memory.push(mb)), 1000);
        let reloaded = 0;
        let missed = 0;
        const reloading = (async () => {
            for (let k = 1; k <= reloads; k++) {
                await (0, promises_2.setTimeout)((minutes * 60_000) / (reloads + 1));
                await promote(versions[k % 2]);
                const until = performance.now() + 10_000;
                while ((await servedVersion(url)) !== current && performance.now() < until)
                    await (0, promises_2.setTimeout)(50);
                if ((await servedVersion(url)) === current)
                    reloaded++;
                else
                    missed++;
            }
        })();
        const films = Array.from({ length: FOLDED }, (_, k) => ({ movieId: 1 + k * 100 }));
        const requests = recommendUsers({ users: SOAK_SHAPE.users });
        for (let k = 0; k < requests.length; k += 10)
            requests.splice(k, 0, k % 20 ? visitor(films) : { path: "/similar/1?metric=lsh" });
        const result = await load("soak", url, requests, minutes * 60, {
            connections: CONNECTIONS_IN_TURN,
            perSecond: rate,
        });
        await reloading;
        clearInterval(sample);
        // The first fifth is the warm-up: code is compiled, and the heap finds its size.
        const fifth = (from) => {
            const part = memory.slice((from * memory.length) / 5, ((from + 1) * memory.length) / 5);
            return part.sort((a, b) => a - b)[part.length >> 1];
        };
        const growth = fifth(4) / fifth(1) - 1;
        const report = {
            ...result,
            reloads: reloaded,
            reloadsMissed: missed,
            megabytes: [fifth(1), fifth(4)],
            growth,
        };
        if (json)
            console.log(JSON.stringify(report, null, 2));
        else
            console.log(`${minutes} min: ${result.requests} answers, ${result.failed} failed, ${reloaded} of ${reloads} reloads; ` +
                `p50 ${result.p50.toFixed(2)} ms, p99 ${result.p99.toFixed(2)} ms, worst ${result.worst.toFixed(0)} ms; ` +
                `memory ${fifth(1).toFixed(0)} MB after the warm-up, ${fifth(4).toFixed(0)} MB at the end (${(100 * growth).toFixed(1)} %)`);
        return result.failed === 0 && missed === 0 && growth <= 0.1 ? 0 : 1;
    }
    finally {
        await stop(server.child);
    }
}
/** Starts a server, warms it up, measures, and stops it. */
async function measured(folder, measure) {
    const server = await startProcess(folder);
    try {
        const card = (await (await fetch(`${server.url}/model`)).json());
        // The first seconds of a process are those of its compiler.
        await load("warm-up", server.url, recommendUsers(card), 3, { connections: 1 });
        return { card, readySeconds: server.readySeconds, results: await measure(server, card) };
    }
    finally {
        await stop(server.child);
    }
}
async function stop(child) {
    child.kill("SIGTERM");
    if (child.exitCode === null)
        await (0, node_events_1.once)(child, "exit");
}
const servedVersion = async (url) => (await (await fetch(`${url}/health/ready`)).json()).modelVersion;
async function residentMegabytes(child) {
    const { stdout } = await (0, node_util_1.promisify)(node_child_process_1.execFile)("ps", ["-o", "rss=", "-p", String(child.pid)]);
    return Number(stdout) / 1024;
}
function recommendUsers({ users }) {
    const random = (0, data_1.seededRandom)(1);
    return Array.from({ length: 500 }, () => ({ path: `/recommend/${1 + Math.floor(random() * users)}` }));
}
function visitor(films) {
    const random = (0, data_1.seededRandom)(2);
    const ratings = films
        .slice(0, FOLDED)
        .map(({ movieId }) => ({ movieId, rating: 1 + Math.floor(random() * 5) }));
    return post("/recommend", { ratings });
}
const foldIn = ({ items, options: { rank } }) => `POST /recommend, ${FOLDED} ratings folded into ${items} films × rank ${rank}, one at a time`;
const search = (words) => ({ path: `/movies?q=${encodeURIComponent(words)}` });
/** The letter in the middle is missing. */
const withSlip = (words) => words.slice(0, words.length >> 1) + words.slice((words.length >> 1) + 1);
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
/**
 * A connection that has to keep to a rate sends its share of every second at once, one request after the other. So that
 * requests come evenly all the same, there are many connections that begin in turn.
 */
const CONNECTIONS_IN_TURN = 50;
async function load(request, url, requests, duration, { connections, perSecond }) {
    const latencies = [];
    let failed = 0;
    const cannon = async (options) => {
        const { errors, timeouts } = await new Promise((resolve, reject) => {
            const running = (0, autocannon_1.default)({ url, duration, ...options }, (error, result) => error ? reject(error) : resolve(result));
            running.on("response", (_client, status, _bytes, milliseconds) => {
                latencies.push(milliseconds);
                if (status !== 200)
                    failed++;
            });
        });
        failed += errors + timeouts;
    };
    if (perSecond === undefined)
        await cannon({ connections, requests });
    else
        await Promise.all(Array.from({ length: connections }, async (_, k) => {
            await (0, promises_2.setTimeout)((1000 * k) / connections);
            const own = requests.filter((_, at) => at % connections === k % requests.length);
            await cannon({
                connections: 1,
                connectionRate: Math.max(1, Math.round(perSecond / connections)),
                requests: own.length > 0 ? own : requests,
            });
        }));
    if (latencies.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${request}: there was no answer`);
    latencies.sort((a, b) => a - b);
    const quantile = (share) => latencies[Math.ceil(latencies.length * share) - 1];
    return {
        request,
        requests: latencies.length,
        perSecond: latencies.length / duration,
        failed,
        p50: quantile(0.5),
        p99: quantile(0.99),
        worst: latencies[latencies.length - 1],
    };
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=bench-serve.js.map