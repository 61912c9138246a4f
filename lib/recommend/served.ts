import { seenBy, topUnseen, type AlsModel, type RecommendOptions, type ScoredItem } from "../als";
import { WorkspaceError } from "../data";
import type { Lister } from "./lister";
import type { Recommender } from "./recommender";

/**
 * What a model's version answers known users with: lists by its lister, where it has one and the user likes something that
 * the lister has weights of, else by the factors; stars by the factors. Server, promotion gate and notebooks make lists with
 * this one. Dense indices.
 */
export class ServedModel implements Recommender {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  /** Only of a model without a lister, whose factors make many lists at a time. */
  readonly recommendAll: Recommender["recommendAll"];

  /** @throws WorkspaceError OPTION_INVALID for a lister of other users or items */
  constructor(
    readonly model: AlsModel,
    readonly lister?: Lister,
  ) {
    if (lister && (lister.users !== model.users || lister.items !== model.items))
      throw new WorkspaceError(
        "OPTION_INVALID",
        `the lister knows ${lister.users} users and ${lister.items} items, the model ${model.users} and ${model.items}`,
      );
    this.name = lister ? `${model.name} with a lister` : model.name;
    this.users = model.users;
    this.items = model.items;
    this.recommendAll = lister ? undefined : (n, options) => model.recommendAll(n, options);
  }

  /** Who makes this user's lists. */
  makerOf(user: number): Lister | AlsModel {
    return this.lister?.knows(user) ? this.lister : this.model;
  }

  predict(user: number, item: number): number {
    return this.model.predict(user, item);
  }

  scoreItems(user: number, scores: Float64Array): void {
    this.makerOf(user).scoreItems(user, scores);
  }

  recommend(user: number, n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItems(user, scores);
    const seen = options.excludeSeen === false ? new Uint32Array(0) : seenBy(this.model.parts.ratings, user);
    return topUnseen(scores, n, seen, options.accept);
  }
}
