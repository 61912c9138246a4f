import { completeOptions, defaultOptions, type TrainOptions } from "@movielens/lib/als";
import { WorkspaceError } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";

const refused: Record<string, Record<string, number[]>> = {
  explicit: {
    rank: [0, -1, 2.5, NaN, 1025],
    iterations: [0, 1.5, NaN],
    seed: [-1, 0.5, 2 ** 32],
    lambda: [0, -0.1, NaN, Infinity],
    nu: [-0.1, 2.1, NaN],
    lambdaBias: [0, -1, NaN, Infinity],
  },
  implicit: { rank: [0], lambda: [0, NaN], alpha: [0, -1, NaN, Infinity] },
};

test("an option out of range is refused by name, with its value and range", () => {
  for (const [feedback, options] of Object.entries(refused))
    for (const [name, values] of Object.entries(options))
      for (const value of values)
        assert.throws(
          () => completeOptions({ feedback, [name]: value } as TrainOptions),
          (error: unknown) =>
            error instanceof WorkspaceError &&
            error.code === "OPTION_INVALID" &&
            new RegExp(`^${name} is ${value}, not a .* (from .* to|above) \\d`).test(error.message),
          `${feedback} ${name} ${value}`,
        );
});

test("an option that the kind of feedback does not have is refused by name", () => {
  for (const options of [
    { feedback: "explicit", alpha: 1 },
    { feedback: "implicit", lambdaBias: 1 },
    { feedback: "explicit", lamda: 1 },
  ])
    assert.throws(
      () => completeOptions(options as TrainOptions),
      (error: unknown) =>
        error instanceof WorkspaceError &&
        error.message.includes(Object.keys(options)[1]) &&
        error.code === "OPTION_INVALID",
    );
});

test("a kind of feedback that does not exist is refused", () => {
  for (const feedback of ["stars", undefined])
    assert.throws(
      () => completeOptions({ feedback } as unknown as TrainOptions),
      (error: unknown) =>
        error instanceof WorkspaceError && error.message.startsWith(`feedback is ${feedback}`),
    );
});

test("what is not given, or given as undefined, is the default", () => {
  assert.equal(completeOptions({ feedback: "explicit" }), defaultOptions("explicit"));
  assert.equal(completeOptions({ feedback: "implicit", alpha: undefined, rank: 3 }), {
    ...defaultOptions("implicit"),
    rank: 3,
  });
});

test("changing the defaults that one caller got changes nobody else's", () => {
  defaultOptions("explicit").rank = 1;
  assert.is.not(defaultOptions("explicit").rank, 1);
});

test.run();
