import { dampedBiasModel, globalMeanModel, popularityModel } from "@movielens/lib/recommend";
import { contract } from "../contract";

contract("global mean", globalMeanModel);
contract("damped biases", (train) => dampedBiasModel(train));
contract("popularity", popularityModel);
