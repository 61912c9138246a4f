type Counted = (error: null, result: { current: number; ttl: number }) => void;

/**
 * Counts requests by address in windows of a clock that nobody sets: by the time of day, one that is set back would leave the
 * count of a window standing, and everybody shut out, until the hour has come again. A store of @fastify/rate-limit.
 */
export class RateWindow {
  private readonly counts = new Map<string, number>();
  private began = performance.now();

  /** @param length of a window, in milliseconds */
  incr(address: string, counted: Counted, length: number): void {
    const now = performance.now();
    if (now - this.began >= length) {
      this.counts.clear();
      this.began = now;
    }
    const current = (this.counts.get(address) ?? 0) + 1;
    this.counts.set(address, current);
    counted(null, { current, ttl: Math.ceil(length - (now - this.began)) });
  }

  child(): RateWindow {
    return new RateWindow();
  }
}
