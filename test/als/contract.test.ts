import { train, trainFloat64, type TrainOptions } from "@movielens/lib/als";
import { contract, type ContractOptions } from "../contract";

const family: [string, TrainOptions, ContractOptions["checkerboard"]][] = [
  ["explicit feedback", { feedback: "explicit" }, "stars"],
  ["implicit feedback", { feedback: "implicit" }, "likes"],
  ["co-factors", { feedback: "explicit", cofactorWeight: 0.5, lambdaCofactor: 5 }, "stars"],
  ["several seeds", { feedback: "explicit", cofactorWeight: 0.5, lambdaCofactor: 5, seeds: 3 }, "stars"],
  ["non-negative explicit feedback", { feedback: "explicit", nonNegative: true }, "stars"],
  ["non-negative implicit feedback", { feedback: "implicit", nonNegative: true }, "likes"],
];

for (const [name, options, checkerboard] of family) {
  // The engine's descent to non-negative factors ends within a tolerance, where rows of the same ratings may differ.
  const fit = options.nonNegative ? trainFloat64 : train;
  contract(`ALS, ${name}`, (data, seed) => fit(data, { ...options, rank: 6, iterations: 10, seed }), {
    checkerboard,
  });
}
