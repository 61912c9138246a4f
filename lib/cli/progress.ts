/** What is shown of a long step: a bar that redraws itself on a terminal, a line per tenth elsewhere; on stderr. */
export interface Progress {
  /** `done` of `total`; a total given here replaces the first one. On a terminal the note stands behind them. */
  update(done: number, total?: number, note?: string): void;
  /** Ends the bar, with one line saying how it went. */
  done(message?: string): void;
}

export interface ProgressOptions {
  label: string;
  /** Leave out where it is not known. */
  total?: number;
  /** What is counted: "bytes" are shown as kB, MB, GB; anything else by name. */
  unit: string;
  /** Where to write; stderr by default. */
  stream?: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;
const BAR_WIDTH = 24;

export function createProgress(options: ProgressOptions): Progress {
  const { label, unit } = options;
  const stream = options.stream ?? process.stderr;
  const terminal = stream.isTTY === true;
  const started = performance.now();
  let total = options.total;
  let first: number | null = null;
  let lastDrawn = -Infinity;
  let lastTenth = 0;

  const seconds = (): number => (performance.now() - started) / 1000;
  const rateOf = (done: number): number => (done - (first ?? 0)) / Math.max(seconds(), 1e-3);

  const drawBar = (done: number, note: string | undefined): void => {
    const rate = rateOf(done);
    const parts = [label];
    if (total) {
      const share = Math.min(1, done / total);
      const filled = Math.round(share * BAR_WIDTH);
      parts.push("█".repeat(filled) + "░".repeat(BAR_WIDTH - filled), `${Math.floor(share * 100)} %`);
      parts.push(`${amount(done, unit)} of ${amount(total, unit)}`, `${amount(rate, unit)}/s`);
      if (rate > 0) parts.push(`${clock((total - done) / rate)} left`);
    } else parts.push(amount(done, unit), `${amount(rate, unit)}/s`);
    if (note) parts.push(note);
    stream.write(`\r\x1b[2K${parts.join("  ").slice(0, (stream.columns || 100) - 1)}`);
  };

  return {
    update(done, newTotal, note) {
      if (newTotal !== undefined) total = newTotal;
      // What an earlier run brought must not flatter the rate.
      first ??= done;
      const now = performance.now();
      if (terminal) {
        if (now - lastDrawn < REDRAW_MS) return;
        lastDrawn = now;
        return drawBar(done, note);
      }
      if (total) {
        const tenth = Math.floor((10 * done) / total);
        // Fewer than before are done: other work has begun.
        if (tenth < lastTenth) lastTenth = 0;
        if (tenth <= lastTenth) return;
        lastTenth = tenth;
        stream.write(`${label}: ${tenth * 10} %, ${amount(done, unit)} of ${amount(total, unit)}\n`);
      } else if (now - Math.max(lastDrawn, started) >= PLAIN_LINE_MS) {
        lastDrawn = now;
        stream.write(`${label}: ${amount(done, unit)}\n`);
      }
    },
    done(message = "done") {
      stream.write(`${terminal ? "\r\x1b[2K" : ""}${label}: ${message} (${clock(seconds())})\n`);
    },
  };
}

function amount(value: number, unit: string): string {
  if (unit !== "bytes") return `${Math.round(value).toLocaleString("en")} ${unit}`;
  const power = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? Math.round(scaled) : scaled.toPrecision(3)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}

function clock(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h} h ${m} min` : `${m} min ${s} s`;
}
