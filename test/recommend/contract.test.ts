import { trainFloat64 } from "@movielens/lib/als";
import {
  blendModel,
  dampedBiasModel,
  easeModel,
  globalMeanModel,
  itemKnnModel,
  itemKnnRatingModel,
  popularityModel,
  ServedModel,
  trainLister,
  userKnnModel,
  userKnnRatingModel,
} from "@movielens/lib/recommend";
import { contract } from "../contract";

contract("global mean", globalMeanModel);
contract("damped biases", (train) => dampedBiasModel(train));
contract("popularity", popularityModel);
for (const checkerboard of ["stars", "likes"] as const) {
  contract(`EASE, ${checkerboard}`, (train) => easeModel(train), { checkerboard });
  contract(`lister, ${checkerboard}`, (train) => trainLister(train, { minLikes: 1 }), { checkerboard });
  contract(`item-kNN, ${checkerboard}`, (train) => itemKnnModel(train), { checkerboard });
  contract(`user-kNN, ${checkerboard}`, (train) => userKnnModel(train), { checkerboard });
}
contract("item-kNN of stars", (train) => itemKnnRatingModel(train), { checkerboard: "stars" });
contract("user-kNN of stars", (train) => userKnnRatingModel(train), { checkerboard: "stars" });
contract(
  "a blend",
  async (train, seed) =>
    blendModel([
      { model: easeModel(train), weight: 1 },
      { model: await trainFloat64(train, { feedback: "implicit", rank: 4, seed }), weight: 0.5 },
      { model: popularityModel(train), weight: 0.01 },
    ]),
  { checkerboard: "stars" },
);
contract(
  "a served model with a lister",
  async (train, seed) =>
    new ServedModel(
      await trainFloat64(train, { feedback: "implicit", rank: 4, seed }),
      trainLister(train, { minLikes: 1 }),
    ),
  { checkerboard: "stars" },
);
