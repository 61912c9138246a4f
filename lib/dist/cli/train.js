"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const commander_1 = require("commander");
const als_1 = require("../als");
const data_1 = require("../data");
const deploy_1 = require("../deploy");
const evaluate_1 = require("../evaluate");
const command_1 = require("./command");
const progress_1 = require("./progress");
/** `npm run train`. @returns the exit code: 0 exported, 1 failed, 130 stopped by Ctrl-C, nothing written */
async function main(argv) {
    const { rank, iterations, lambda, nu, seed, lambdaBias } = (0, als_1.defaultOptions)("explicit");
    const { alpha } = (0, als_1.defaultOptions)("implicit");
    const number = (flag, says, usual) => new commander_1.Option(`${flag} <number>`, `${says} (default: ${usual})`).argParser(command_1.numberOf);
    const command = new commander_1.Command("train")
        .usage("-- [options]")
        .description("Trains a model on all ratings of a MovieLens data set and exports it for `npm run serve-model`.")
        .option("--data <path>", "a published data set, a folder or its zip", (0, data_1.projectPath)("data", "ml-latest-small"))
        .addOption(new commander_1.Option("--feedback <kind>", "predict stars, or what is watched at all")
        .choices(["explicit", "implicit"])
        .default("explicit"))
        .addOption(number("--rank", "latent factors per user and film", rank))
        .addOption(number("--iterations", "sweeps over users and films", iterations))
        .addOption(number("--lambda", "regularisation of the factors", lambda))
        .addOption(number("--nu", "exponent of the row length in the regularisation, 0 … 2", nu))
        .addOption(number("--lambda-bias", "regularisation of the biases, explicit only", lambdaBias))
        .addOption(number("--alpha", "confidence per star, implicit only", alpha))
        .addOption(number("--seed", "of the initial factors", seed))
        .addOption(number("--seeds", "models, from as many starts, whose scores are averaged", 1))
        .option("--accurate", "other defaults, which predict better: explicit with co-factors, and several seeds; see `npm run evaluate`", false)
        .option("--out <folder>", "where models are kept", (0, data_1.projectPath)("models"))
        .option("--no-promote", "only export; else it becomes current when it is better than the current model, or the first")
        .option("--force-promotion <reason>", "make it current without asking the gate; the reason is kept")
        .option("--json", "print the result as JSON", false);
    return (0, command_1.runCommand)(command, argv, () => run(command.opts()));
}
const run = ({ data, out, accurate, promote, forcePromotion, json, ...solver }) => (0, command_1.untilStopped)(async (signal) => {
    const options = (0, als_1.completeOptions)(accurate ? { ...(0, evaluate_1.accurateOptions)(solver.feedback), ...solver } : solver);
    const reading = (0, progress_1.createProgress)({ label: "reading", unit: "bytes" });
    const dataset = await (0, data_1.loadDataset)(data, {
        onProgress: ({ bytes, totalBytes }) => reading.update(bytes, totalBytes),
    });
    reading.done(`${dataset.ratings.length.toLocaleString("en")} ratings of ${dataset.name}`);
    let last;
    const started = performance.now();
    const model = await (0, als_1.train)(dataset, options, {
        signal,
        onIteration: (report) => {
            last = report;
            console.error(lineOf(report));
        },
    });
    const seconds = (performance.now() - started) / 1000;
    if (signal.aborted)
        throw new data_1.WorkspaceError("TRAINING_ABORTED", "stopped before the export");
    const metrics = { trainSeconds: seconds };
    // Of several seeds each model reports its own, which are not the ensemble's.
    if ((options.seeds ?? 1) === 1) {
        metrics.trainLoss = last.loss;
        if (last.trainRmse !== null)
            metrics.trainRmse = last.trainRmse;
    }
    const published = await (0, deploy_1.publishModel)(model, {
        folder: out,
        dataset,
        metrics,
        promote: forcePromotion !== undefined
            ? { force: forcePromotion }
            : promote
                ? { gate: { golden: (0, deploy_1.readGoldenQueries)(deploy_1.GOLDEN_QUERIES), signal } }
                : "keep aside",
    });
    const elsewhere = out === (0, data_1.projectPath)("models") ? "" : out;
    if (json)
        console.log(JSON.stringify({ ...published, data: dataset.name, options, metrics }, null, 2));
    else
        console.log(`${published.folder}\n${published.says}\n` +
            (published.promoted
                ? `Next: npm run serve-model${elsewhere && ` -- --model ${elsewhere}`}`
                : `Next: npm run model -- list${elsewhere && ` --models ${elsewhere}`}`));
    return 0;
});
function lineOf({ iteration, iterations, loss, trainRmse, seconds }) {
    const of = String(iterations);
    const rmse = trainRmse === null ? "" : `  train RMSE ${trainRmse.toFixed(4)}`;
    return `iteration ${String(iteration).padStart(of.length)}/${of}  loss ${loss.toPrecision(7)}${rmse}  ${seconds.toFixed(2)} s`;
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=train.js.map