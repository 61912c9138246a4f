import { Writable } from "node:stream";
import { createProgress } from "../../lib/cli/progress";
import { test } from "uvu";
import * as assert from "uvu/assert";

function sink(isTTY: boolean): Writable & { isTTY: boolean; columns: number; text: string } {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      target.text += chunk.toString();
      done();
    },
  });
  const target = Object.assign(stream, { isTTY, columns: 100, text: "" });
  return target;
}

test("away from a terminal there is one line per tenth, however often it is told", () => {
  const stream = sink(false);
  const progress = createProgress({ label: "train", total: 1000, unit: "rows", stream });
  for (let done = 0; done <= 1000; done++) progress.update(done);
  progress.done();
  const lines = stream.text.trimEnd().split("\n");
  assert.is(lines.length, 11);
  assert.is(lines[0], "train: 10 %, 100 rows of 1,000 rows");
  assert.is(lines[9], "train: 100 %, 1,000 rows of 1,000 rows");
  assert.match(lines[10], /^train: done \(\d/);
});

test("on a terminal one line is redrawn, with bar, share, amounts and rate, inside the width", () => {
  const stream = sink(true);
  const progress = createProgress({ label: "ml-32m", unit: "bytes", stream });
  progress.update(119_000_000, 238_950_008);
  progress.done("downloaded");
  assert.not.match(stream.text.slice(0, stream.text.indexOf("downloaded")), "\n");
  assert.match(stream.text, "█████░");
  assert.match(stream.text, "49 %  119 MB of 239 MB");
  const drawn = stream.text.split("\r\x1b[2K");
  for (const line of drawn) assert.ok(line.length < 100);
  assert.match(drawn.at(-1)!, /^ml-32m: downloaded \(.*\)\n$/);
});

test("without a total nothing is claimed about shares or time left", () => {
  const stream = sink(true);
  createProgress({ label: "rows", unit: "rows", stream }).update(5);
  assert.match(stream.text, "5 rows");
  assert.not.match(stream.text, "%");
  assert.not.match(stream.text, "left");
});

test.run();
