import { train, type AlsModel } from "@movielens/lib/als";
import { documentSources } from "@movielens/lib/bi";
import { coldCounts, filterRatings, splitHash, type Split } from "@movielens/lib/data";
import { rankingMetrics, ratingMetrics } from "@movielens/lib/evaluate";
import { trainLister } from "@movielens/lib/recommend";
import {
  allLists,
  askedOnSpark,
  coldOnSpark,
  errorsOnSpark,
  listsOnSpark,
  rankingOnSpark,
  sendModel,
  sendRatings,
  splitRatings,
  type Frame,
} from "@movielens/lib/spark";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { same } from "../bi/compare";
import { random } from "../bi/datasets";
import { errorOf } from "../data/support";
import { onSpark, testSpark } from "./remote";

const options = { testShare: 0.3, seed: 1 };
const K = 5;
let split: Split;
let model: AlsModel;
let stranger: number;
test.before(async () => {
  const { test: held, train: whole, ...about } = splitHash(random(5), options);
  // A user of whom nothing is known but what is held out.
  [stranger] = held.users;
  split = { ...about, test: held, train: filterRatings(whole, ({ user }) => user !== stranger) };
  model = await train(split.train, { feedback: "explicit", rank: 4 });
});

testSpark("errors, lists of all users and how good the lists are come out on Spark as they do here", () =>
  onSpark(async (session) => {
    const { train: whole, test: held } = splitRatings(
      session,
      await sendRatings(session, random(5)),
      options,
    );
    const known = session.sql(
      "SELECT * FROM whole WHERE userId != :stranger",
      { stranger: split.train.userIds[stranger] },
      { whole },
    );
    const parts = { train: known, test: held };
    const sent = await sendModel(session, model);
    const { counts, ratings: cold } = await coldOnSpark(session, parts);
    assert.equal(counts, coldCounts(split));
    assert.ok(counts.coldUsers > 0 && counts.coldRatings > 0);
    assert.is(await cold.count(), counts.coldRatings);

    const { count, rmse, mae } = ratingMetrics(model, split.test);
    same(await errorsOnSpark(session, sent, parts.test), { count, rmse, mae }, "errors");
    const strangers = session.sql(
      `SELECT 999 AS userId, movieId, rating FROM test UNION ALL SELECT userId, 999, rating FROM test
       UNION ALL SELECT 999, 999, rating FROM test`,
      {},
      { test: parts.test },
    );
    const { globalMean, userBias, itemBias, scale } = model.parts;
    const errors = Array.from(split.test.ratings, (rating, r) =>
      [itemBias[split.test.items[r]], userBias[split.test.users[r]], 0].map(
        (bias) => Math.min(scale.max, Math.max(scale.min, globalMean + bias)) - rating,
      ),
    ).flat();
    const mean = (of: (error: number) => number): number =>
      errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
    same(
      await errorsOnSpark(session, sent, strangers),
      { count: errors.length, rmse: Math.sqrt(mean((error) => error ** 2)), mae: mean(Math.abs) },
      "errors of users and films that the model does not know",
    );

    const lists = listsOnSpark(session, sent, parts.train, K);
    const { userIds, itemIds } = split.train;
    const trained = new Set(split.train.users);
    const users = Uint32Array.from(userIds.keys()).filter((user) => trained.has(user));
    const here = await model.recommendAll(K, { users });
    const expected = [...users].flatMap((user, at) =>
      Array.from({ length: here.lengths[at] }, (_, k) => ({
        userId: userIds[user],
        place: k + 1,
        movieId: itemIds[here.items[at * K + k]],
        score: here.scores[at * K + k],
      })),
    );
    const rows = (await lists.collect()) as typeof expected;
    assert.equal(
      rows.sort((a, b) => a.userId - b.userId || a.place - b.place),
      expected,
      "the same films with the same scores, to the last bit",
    );

    const ranking = rankingMetrics(model, split, { k: K });
    assert.ok(ranking.cold !== null, "a stranger has a relevant rating");
    const asked = askedOnSpark(session, sent, parts.test, { most: 1000 });
    const own = listsOnSpark(session, asked.model, parts.train, K);
    const measured = await rankingOnSpark(session, own, asked.test, { k: K });
    for (const [name, value] of Object.entries(measured))
      same(value, ranking[name as keyof typeof measured], name);
    const some = askedOnSpark(session, sent, parts.test, { most: 3, seed: 2 });
    const usersOf = async ({ test }: typeof some): Promise<unknown[]> =>
      (await session.sql("SELECT DISTINCT userId FROM test ORDER BY userId", {}, { test }).collect()).map(
        ({ userId }) => userId,
      );
    const chosen = await usersOf(some);
    assert.is(chosen.length, 3);
    assert.equal(await usersOf(askedOnSpark(session, sent, parts.test, { most: 3, seed: 2 })), chosen);
    const others = askedOnSpark(session, sent, parts.test, { most: 3, seed: 3 });
    assert.not.equal(await usersOf(others), chosen);
    assert.is((await rankingOnSpark(session, own, some.test, { k: K })).users, 3);
  }),
);

testSpark(
  "the documents of recommendations are the same, whoever made the lists: factors, or lister and factors",
  () =>
    onSpark(async (session) => {
      const lister = trainLister(split.train, { likedFrom: 5, minLikes: 2, lambda: 2, strongest: 20 });
      const trained = [...new Set(split.train.users)];
      assert.equal(new Set(trained.map((user) => lister.knows(user))), new Set([true, false]));
      for (const own of [undefined, lister]) {
        const factors = { model, lister: own, version: "1", created: 0 };
        const sources = { dataset: random(5), factors, top: K };
        // So few rows in a message that lister and ratings go in pieces.
        const lists = await allLists(session, model, K, { lister: own, inline: 1000 });
        const documents = (made: typeof sources & { lists?: typeof lists }): unknown[] => [
          ...documentSources(made, false).recommendations.documents(),
        ];
        const expected = documents(sources);
        assert.ok(expected.length > 100);
        same(documents({ ...sources, lists }), expected, own ? "by lister" : "by factors");
      }
    }),
);

testSpark("nothing to measure, and a list of no films, are refused", () =>
  onSpark(async (session) => {
    const sent = await sendModel(session, model);
    const none = session.sql("SELECT 1 AS userId, 1 AS movieId, CAST(1 AS FLOAT) AS rating WHERE false");
    await errorOf("METRIC_EMPTY", () => errorsOnSpark(session, sent, none));
    await errorOf("METRIC_EMPTY", () => rankingOnSpark(session, listsOnSpark(session, sent, none, 1), none));
    await errorOf("OPTION_INVALID", () => listsOnSpark(session, sent, none, 0));
    const preferences = await train(split.train, { feedback: "implicit", rank: 2, iterations: 1 });
    const onPreferences = await sendModel(session, preferences);
    await errorOf("OPTION_INVALID", () => errorsOnSpark(session, onPreferences, none));
  }),
);

testSpark("a frame may be made of frames that have the names of those beside it", () =>
  onSpark(async (session) => {
    const number = (n: number): Frame => session.local({ n: Int32Array.of(n) });
    const rest = session.sql("SELECT n + 1 AS n FROM own", {}, { own: number(1) });
    const frames = { own: number(10), rest };
    const both = session.sql("SELECT n FROM own UNION ALL SELECT n FROM rest ORDER BY n", {}, frames);
    assert.equal(await both.collect(), [{ n: 2 }, { n: 10 }]);
    const own = session.sql("SELECT n FROM rest", {}, { rest: number(3) });
    await errorOf("OPTION_INVALID", () => session.sql("SELECT 1", {}, { own, rest }));
  }),
);

test.run();
