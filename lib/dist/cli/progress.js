"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.createProgress = createProgress;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;
const BAR_WIDTH = 24;
function createProgress(options) {
    const { label, unit } = options;
    const stream = options.stream ?? process.stderr;
    const terminal = stream.isTTY === true;
    const started = performance.now();
    let total = options.total;
    let first = null;
    let lastDrawn = -Infinity;
    let lastTenth = 0;
    const seconds = () => (performance.now() - started) / 1000;
    const rateOf = (done) => (done - (first ?? 0)) / Math.max(seconds(), 1e-3);
    const drawBar = (done) => {
        const rate = rateOf(done);
        const parts = [label];
        if (total) {
            const share = Math.min(1, done / total);
            const filled = Math.round(share * BAR_WIDTH);
            parts.push("█".repeat(filled) + "░".repeat(BAR_WIDTH - filled), `${Math.floor(share * 100)} %`);
            parts.push(`${amount(done, unit)} of ${amount(total, unit)}`, `${amount(rate, unit)}/s`);
            if (rate > 0)
                parts.push(`${clock((total - done) / rate)} left`);
        }
        else
            parts.push(amount(done, unit), `${amount(rate, unit)}/s`);
        stream.write(`\r\x1b[2K${parts.join("  ").slice(0, (stream.columns ?? 100) - 1)}`);
    };
    return {
        update(done, newTotal) {
            if (newTotal !== undefined)
                total = newTotal;
            // What an earlier run brought must not flatter the rate.
            first ??= done;
            const now = performance.now();
            if (terminal) {
                if (now - lastDrawn < REDRAW_MS)
                    return;
                lastDrawn = now;
                return drawBar(done);
            }
            if (total) {
                const tenth = Math.floor((10 * done) / total);
                if (tenth <= lastTenth)
                    return;
                lastTenth = tenth;
                stream.write(`${label}: ${tenth * 10} %, ${amount(done, unit)} of ${amount(total, unit)}\n`);
            }
            else if (now - Math.max(lastDrawn, started) >= PLAIN_LINE_MS) {
                lastDrawn = now;
                stream.write(`${label}: ${amount(done, unit)}\n`);
            }
        },
        done(message = "done") {
            stream.write(`${terminal ? "\r\x1b[2K" : ""}${label}: ${message} (${clock(seconds())})\n`);
        },
    };
}
function amount(value, unit) {
    if (unit !== "bytes")
        return `${Math.round(value).toLocaleString("en")} ${unit}`;
    const power = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
    const scaled = value / 1000 ** power;
    return `${power === 0 ? Math.round(scaled) : scaled.toPrecision(3)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}
function clock(seconds) {
    if (seconds < 60)
        return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
    const whole = Math.round(seconds);
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return h > 0 ? `${h} h ${m} min` : `${m} min ${s} s`;
}
//# sourceMappingURL=progress.js.map