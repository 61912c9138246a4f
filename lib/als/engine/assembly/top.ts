import { Job } from "./job";
import { madd } from "./simd";

/** Users scored together, and items in one panel. */
const USERS: i32 = 4;
const PANEL: i32 = 8;

/**
 * Lays the items' factors out in panels of eight, factor by factor: panel p holds 8 biases, then for each factor the
 * eight items' values. Places past the last item, and items whose count is 0, get a bias of −Infinity.
 */
export function packItems(
  factors: usize,
  bias: usize,
  items: i32,
  filled: i32,
  size: i32,
  target: usize,
): void {
  const s = <usize>size;
  for (let first = 0; first < items; first += PANEL, target += (s + 1) * 32)
    for (let k = 0; k < PANEL; k++) {
      const item = first + k;
      const place = target + ((<usize>k) << 2);
      if (item >= filled) {
        store<f32>(place, -Infinity);
        for (let f: usize = 0; f < s; f++) store<f32>(place + (f + 1) * 32, 0);
        continue;
      }
      store<f32>(place, bias == 0 ? 0 : load<f32>(bias + ((<usize>item) << 2)));
      for (let f: usize = 0; f < s; f++)
        store<f32>(place + (f + 1) * 32, load<f32>(factors + (<usize>item * s + f) * 4));
    }
}

/** What `topRows` needs beside a job: u32 fields in this order. */
@unmanaged
export class TopJob {
  /** What `packItems` made. */
  panels: usize;
  /** u32[items]: engine row → dense index, which breaks ties. */
  denseOf: usize;
  items: i32;
  /** Items to find for a user. */
  n: i32;
  /** u32[users × n], dense item indices, best first; 0xffffffff where fewer remain. */
  found: usize;
  /** f32[users × n]. */
  scores: usize;
  users: i32;
}

const DONE: i32 = -1;
const MORE: i32 = -2;
const TURN: i32 = 64;

/**
 * The best n unseen items of each user, from the common cursor, four users at a time against eight items: a matrix
 * product in registers, whose scores meet each user's present n-th best at once and are mostly dropped there.
 * Only what passes is looked up among the user's own items. Same results as `solveRows`.
 */
export function topRows(address: usize, topAddress: usize, scratch: usize): i32 {
  const job = changetype<Job>(address);
  const top = changetype<TopJob>(topAddress);
  for (let turn = 0; turn < TURN; turn++) {
    if (atomic.load<i32>(job.stop) != 0) return DONE;
    const first = atomic.add<i32>(job.cursor, 1) * USERS;
    if (first >= top.users) return DONE;
    topOf(job, top, first, scratch);
  }
  return MORE;
}

function topOf(job: Job, top: TopJob, first: i32, scratch: usize): void {
  const bytes = (<usize>job.size) << 2;
  const users = min(USERS, top.users - first);
  // Past the last user the last one is scored again, and offered to nobody.
  const x0 = job.solved + <usize>first * bytes;
  const x1 = job.solved + <usize>(first + min(1, users - 1)) * bytes;
  const x2 = job.solved + <usize>(first + min(2, users - 1)) * bytes;
  const x3 = job.solved + <usize>(first + min(3, users - 1)) * bytes;
  for (let u = 0; u < USERS; u++) store<f32>(scratch + ((<usize>u) << 2), -Infinity);
  for (let u = 0; u < users; u++)
    for (let k = 0; k < top.n; k++) {
      const at = (<usize>((first + u) * top.n + k)) << 2;
      store<f32>(top.scores + at, -Infinity);
      store<u32>(top.found + at, 0xffffffff);
    }
  let panel = top.panels;
  for (let item = 0; item < top.items; item += PANEL) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let c00 = b0,
      c01 = b1,
      c10 = b0,
      c11 = b1,
      c20 = b0,
      c21 = b1,
      c30 = b0,
      c31 = b1;
    panel += 32;
    for (let k: usize = 0; k < bytes; k += 4, panel += 32) {
      const y0 = v128.load(panel);
      const y1 = v128.load(panel, 16);
      const a0 = v128.load32_splat(x0 + k);
      c00 = madd(a0, y0, c00);
      c01 = madd(a0, y1, c01);
      const a1 = v128.load32_splat(x1 + k);
      c10 = madd(a1, y0, c10);
      c11 = madd(a1, y1, c11);
      const a2 = v128.load32_splat(x2 + k);
      c20 = madd(a2, y0, c20);
      c21 = madd(a2, y1, c21);
      const a3 = v128.load32_splat(x3 + k);
      c30 = madd(a3, y0, c30);
      c31 = madd(a3, y1, c31);
    }
    offer(job, top, first, 0, users, item, c00, c01, scratch);
    offer(job, top, first, 1, users, item, c10, c11, scratch);
    offer(job, top, first, 2, users, item, c20, c21, scratch);
    offer(job, top, first, 3, users, item, c30, c31, scratch);
  }
}

// @ts-ignore: decorator
@inline
function offer(
  job: Job,
  top: TopJob,
  first: i32,
  user: i32,
  users: i32,
  item: i32,
  low: v128,
  high: v128,
  scratch: usize,
): void {
  const bound = v128.load32_splat(scratch + ((<usize>user) << 2));
  if (v128.any_true(v128.or(f32x4.ge(low, bound), f32x4.ge(high, bound)))) {
    if (user < users) {
      v128.store(scratch, low, 16);
      v128.store(scratch, high, 32);
      insert(job, top, first + user, item, scratch + 16, scratch + ((<usize>user) << 2));
    }
  }
}

/** Offers eight scores to a user's sorted list; ties go to the lower dense index. */
function insert(job: Job, top: TopJob, user: i32, item: i32, scores: usize, bound: usize): void {
  const n = top.n;
  const list = top.scores + (<usize>(user * n) << 2);
  const found = top.found + (<usize>(user * n) << 2);
  const last = (<usize>(n - 1)) << 2;
  for (let k = 0; k < PANEL; k++) {
    const score = load<f32>(scores + ((<usize>k) << 2));
    if (!(score > -Infinity) || score < load<f32>(list + last)) continue;
    const dense = load<u32>(top.denseOf + ((<usize>(item + k)) << 2));
    if (score == load<f32>(list + last) && dense > load<u32>(found + last)) continue;
    if (isSeen(job, user, <u32>(item + k))) continue;
    let at = last;
    while (at > 0) {
      const above = load<f32>(list + at - 4);
      if (above > score || (above == score && load<u32>(found + at - 4) < dense)) break;
      store<f32>(list + at, above);
      store<u32>(found + at, load<u32>(found + at - 4));
      at -= 4;
    }
    store<f32>(list + at, score);
    store<u32>(found + at, dense);
  }
  store<f32>(bound, load<f32>(list + last));
}

/** Whether an item is among the user's own, which are ascending. */
function isSeen(job: Job, user: i32, item: u32): bool {
  let from = load<i32>(job.rowStart + ((<usize>user) << 2));
  let to = load<i32>(job.rowStart + ((<usize>user) << 2), 4);
  while (from < to) {
    const middle = (from + to) >> 1;
    if (load<u32>(job.columns + ((<usize>middle) << 2)) < item) from = middle + 1;
    else to = middle;
  }
  return from < load<i32>(job.rowStart + ((<usize>user) << 2), 4) && load<u32>(job.columns + ((<usize>from) << 2)) == item;
}
