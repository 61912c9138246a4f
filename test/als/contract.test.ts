import { train } from "@movielens/lib/als";
import { contract } from "../contract";

contract(
  "ALS, explicit feedback",
  (data, seed) => train(data, { feedback: "explicit", rank: 6, iterations: 10, seed }),
  { checkerboard: "stars" },
);

contract(
  "ALS, implicit feedback",
  (data, seed) => train(data, { feedback: "implicit", rank: 6, iterations: 10, seed }),
  { checkerboard: "likes" },
);
