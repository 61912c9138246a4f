"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.QualityLedger = void 0;
exports.assertQuality = assertQuality;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const errors_1 = require("../errors");
const rules_1 = require("./rules");
const EXAMPLES = 5;
/** Collects findings while files are read, and writes the rejected rows to the quarantine file as they come. */
class QualityLedger {
    files = new Map();
    counts = new Map(rules_1.ruleIds.map((rule) => [rule, { count: 0, examples: [] }]));
    quarantine;
    constructor(quarantinePath) {
        this.quarantine = quarantinePath === undefined ? null : new QuarantineFile(quarantinePath);
    }
    record(rule, finding) {
        const entry = this.counts.get(rule);
        entry.count++;
        if (entry.examples.length < EXAMPLES)
            entry.examples.push(finding);
        if (rules_1.RULES[rule].severity === "note")
            return;
        this.file(finding.file).rejected++;
        this.quarantine?.add(rule, finding);
    }
    rows(file, rowsRead) {
        this.file(file).rowsRead = rowsRead;
    }
    checksum(file, bytes, sha256) {
        Object.assign(this.file(file), { bytes, sha256 });
    }
    /** Closes the quarantine file and puts it in place. */
    report(about) {
        const files = [...this.files].map(([file, entry]) => ({
            file,
            bytes: entry.bytes,
            sha256: entry.sha256,
            rowsRead: entry.rowsRead,
            rowsKept: entry.rowsRead - entry.rejected,
        }));
        this.quarantine?.close();
        return {
            ...about,
            files,
            rules: rules_1.ruleIds.map((rule) => ({ rule, ...rules_1.RULES[rule], ...this.counts.get(rule) })),
            rowsRead: files.reduce((sum, file) => sum + file.rowsRead, 0),
            rowsKept: files.reduce((sum, file) => sum + file.rowsKept, 0),
            badShare: Math.max(...files.map(badShareOf)),
            quarantine: this.quarantine?.path ?? null,
        };
    }
    /** Closes the quarantine file where reading broke off; what it holds so far stays beside the path, as `.part`. */
    abandon() {
        this.quarantine?.abandon();
    }
    file(name) {
        let entry = this.files.get(name);
        if (!entry)
            this.files.set(name, (entry = { bytes: 0, sha256: "", rowsRead: 0, rejected: 0 }));
        return entry;
    }
}
exports.QualityLedger = QualityLedger;
const badShareOf = (file) => file.rowsRead === 0 ? 0 : (file.rowsRead - file.rowsKept) / file.rowsRead;
/**
 * The data-quality gate: passes when no file has a larger share of rejected rows than `maxBadShare` (0 … 1).
 * @throws WorkspaceError DATA_QUALITY naming the file, the counts by rule and the first bad line;
 *   OPTION_INVALID for a share outside 0 … 1
 */
function assertQuality(quality, maxBadShare) {
    if (!(maxBadShare >= 0 && maxBadShare <= 1))
        throw new errors_1.WorkspaceError("OPTION_INVALID", `the share of bad rows must lie in 0 … 1, not ${maxBadShare}`);
    if (quality.badShare <= maxBadShare)
        return;
    const worst = quality.files.reduce((a, b) => (badShareOf(b) > badShareOf(a) ? b : a));
    const broken = quality.rules.filter((rule) => rule.severity === "reject" && rule.count > 0);
    const first = broken.flatMap((rule) => rule.examples).find((example) => example.file === worst.file);
    throw new errors_1.WorkspaceError("DATA_QUALITY", `${quality.name}: ${worst.rowsRead - worst.rowsKept} of ${worst.rowsRead} rows of ${worst.file} are bad ` +
        `(${percent(badShareOf(worst))}, allowed ${percent(maxBadShare)}); all files: ` +
        broken.map((rule) => `${rule.rule} ${rule.count}`).join(", ") +
        (first ? `; first: ${first.file} line ${first.line}: ${first.reason}` : ""), {
        mend: quality.quarantine
            ? `Read ${quality.quarantine}, mend the rows, or raise the threshold with \`maxBadShare\` (\`--max-bad-share\`).`
            : "Write the bad rows to a file with `quarantine` (`--quarantine FILE`) and mend them, or raise the threshold with `maxBadShare` (`--max-bad-share`).",
    });
}
const percent = (share) => `${Number((share * 100).toPrecision(3))} %`;
class QuarantineFile {
    path;
    part;
    descriptor;
    waiting = ["file,line,rule,reason,text\n"];
    constructor(path) {
        this.path = (0, node_path_1.resolve)(path);
        this.part = `${this.path}.part`;
        try {
            (0, node_fs_1.mkdirSync)((0, node_path_1.dirname)(this.path), { recursive: true });
            this.descriptor = (0, node_fs_1.openSync)(this.part, "w");
        }
        catch (cause) {
            const message = `the quarantine file ${this.path} cannot be written: ${cause.message}`;
            throw new errors_1.WorkspaceError("OPTION_INVALID", message, {
                cause,
                mend: "Name a file in a folder that is yours.",
            });
        }
    }
    add(rule, { file, line, reason, text }) {
        this.waiting.push([file, line, rule, quoted(reason), quoted(text)].join(",") + "\n");
        if (this.waiting.length > 1000)
            this.flush();
    }
    close() {
        this.abandon();
        (0, node_fs_1.renameSync)(this.part, this.path);
    }
    abandon() {
        this.flush();
        (0, node_fs_1.closeSync)(this.descriptor);
    }
    flush() {
        (0, node_fs_1.writeSync)(this.descriptor, this.waiting.join(""));
        this.waiting = [];
    }
}
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
//# sourceMappingURL=quality.js.map