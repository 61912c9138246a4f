"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.CLEANING = void 0;
exports.openStudy = openStudy;
exports.finalSplit = finalSplit;
exports.saveModelChoice = saveModelChoice;
exports.readModelChoice = readModelChoice;
exports.savePromotion = savePromotion;
exports.readPromotion = readPromotion;
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const als_1 = require("../als");
const data_1 = require("../data");
/** The cleaning decisions of notebook 03, which shows what speaks for them. */
exports.CLEANING = [
    "rows that break a rule of the quality gate are left out and quarantined",
    "films rated once are kept: their ratings say little about the film but something about the user",
    "very heavy users are kept: λ·n^ν tempers them, and leaving them out costs more than it brings",
];
/**
 * The study's data, prepared if it is not: three splits below `<interim>/<name>/`, read back from Parquet.
 * Every notebook that needs them calls this, so that each runs alone as well as in sequence.
 */
async function openStudy(options) {
    const dataset = await (0, data_1.loadDataset)(projectAbsolute(options.data));
    const folder = studyFolder(options.interim, dataset.name);
    const { testShare, seed } = options;
    const protocols = [
        { name: "random", testShare, seed },
        { name: "last-share", testShare },
        { name: "time", trainShare: 1 - testShare },
    ];
    const written = [];
    const prepared = [];
    for (const protocol of protocols) {
        const made = await (0, data_1.prepare)(dataset, {
            protocol,
            cleaning: [...exports.CLEANING],
            folder: (0, node_path_1.join)(folder, protocol.name),
        });
        if (made.written)
            written.push(made.folder);
        prepared.push(await (0, data_1.loadPrepared)(made.folder));
    }
    const [random, lastShare, time] = prepared;
    return { dataset, random, lastShare, time, written, folder };
}
/**
 * What a model may be judged by when everything is decided: it learns from all but the test part, validation
 * included, and meets the test part once. Made when the test part is to be opened, in notebook 05.
 */
function finalSplit({ train, validation, test, manifest }) {
    const { name, ...parameters } = manifest.protocol;
    return { protocol: name, train: (0, data_1.mergeRatings)(train, validation), test, parameters };
}
/**
 * Keeps what notebook 04 chose, for the data that it was chosen on.
 * @throws WorkspaceError OPTION_INVALID for options of the other feedback
 */
async function saveModelChoice(study, choice) {
    for (const feedback of ["explicit", "implicit"])
        if (choice[feedback].feedback !== feedback)
            throw new data_1.WorkspaceError("OPTION_INVALID", `the ${feedback} choice holds options of ${choice[feedback].feedback} feedback`);
    await saveDecision(study.folder, "chosen-models", study.dataset, choice);
}
/** What notebook 04 chose on this data; the library's defaults, and a sentence that says so, where it has not run. */
async function readModelChoice(study) {
    const found = await readDecision(study.folder, "chosen-models", study.dataset);
    if (found)
        return { value: found, source: "Options as chosen on validation ratings by notebook 04." };
    return {
        value: { explicit: (0, als_1.defaultOptions)("explicit"), implicit: (0, als_1.defaultOptions)("implicit") },
        source: "Notebook 04 has not chosen options for this data: these are the library's defaults.",
    };
}
/** Keeps what notebook 05 promotes. */
async function savePromotion(study, promotion) {
    await saveDecision(study.folder, "promotion", study.dataset, promotion);
}
/** What notebook 05 promotes on this data; the implicit default without metrics, said so, where it has not run. */
async function readPromotion(dataset, interim) {
    const found = await readDecision(studyFolder(interim, dataset.name), "promotion", dataset);
    if (found)
        return { value: found, source: "The model that notebook 05 promotes." };
    return {
        value: { options: (0, als_1.defaultOptions)("implicit"), metrics: {} },
        source: "Notebook 05 has not promoted a model for this data: this is implicit ALS with the library's defaults, unmeasured.",
    };
}
const projectAbsolute = (path) => (0, node_path_1.resolve)((0, data_1.projectPath)(), path);
const studyFolder = (interim, name) => (0, node_path_1.join)(projectAbsolute(interim), name);
async function saveDecision(folder, name, dataset, decision) {
    const file = (0, node_path_1.join)(folder, `${name}.json`);
    await (0, promises_1.mkdir)((0, node_path_1.dirname)(file), { recursive: true });
    await (0, promises_1.writeFile)(`${file}.part`, JSON.stringify({ dataHash: dataset.hash, decision }, null, 2) + "\n");
    await (0, promises_1.rename)(`${file}.part`, file);
}
async function readDecision(folder, name, dataset) {
    const file = (0, node_path_1.join)(folder, `${name}.json`);
    if (!(0, node_fs_1.existsSync)(file))
        return null;
    try {
        const { dataHash, decision } = JSON.parse(await (0, promises_1.readFile)(file, "utf8"));
        return dataHash === dataset.hash ? decision : null;
    }
    catch (cause) {
        throw new data_1.WorkspaceError("DATA_INVALID", `${file} is not a decision file`, {
            cause,
            mend: "Remove it and run the notebook that writes it.",
        });
    }
}
//# sourceMappingURL=study.js.map