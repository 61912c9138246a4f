import { seededRandom, shuffle } from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";

const draw = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

test("the same seed gives the same numbers, another seed gives others", () => {
  assert.equal(draw(42, 20), draw(42, 20));
  assert.not.equal(draw(42, 20), draw(43, 20));
});

test("the sequence is mulberry32's, so that it is the same everywhere and for ever", () => {
  assert.equal(
    draw(0, 3).map((value) => value * 2 ** 32),
    [1144304738, 1416247, 958946056],
  );
});

test("numbers lie in [0, 1) and fill it evenly", () => {
  const values = draw(7, 20_000);
  const bins = new Array<number>(10).fill(0);
  for (const value of values) {
    assert.ok(value >= 0 && value < 1);
    bins[Math.floor(value * 10)]++;
  }
  // 2,000 expected in each; five standard deviations of a binomial are 212.
  for (const bin of bins) assert.ok(Math.abs(bin - 2000) < 212, `${bin}`);
});

test("a shuffle keeps every value, in place, and is repeated by its seed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 0, max: 4294967295 }), (values, seed) => {
      const once = values.slice();
      assert.is(shuffle(once, seededRandom(seed)), once);
      assert.equal(once.slice().sort(), values.slice().sort());
      assert.equal(shuffle(values.slice(), seededRandom(seed)), once);
    }),
    { seed: 3 },
  );
});

test("a shuffle leaves each value in each place about equally often", () => {
  const random = seededRandom(11);
  const counts = Array.from({ length: 4 }, () => new Array<number>(4).fill(0));
  for (let round = 0; round < 8000; round++)
    shuffle([0, 1, 2, 3], random).forEach((value, at) => counts[value][at]++);
  // 2,000 expected in each; five standard deviations are 194.
  for (const row of counts) for (const count of row) assert.ok(Math.abs(count - 2000) < 194, `${count}`);
});

test.run();
