import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultOptions } from "@movielens/lib/als";
import { ratingsByUser, splitLastShare, splitRandom, WorkspaceError } from "@movielens/lib/data";
import {
  finalSplit,
  openStudy,
  readModelChoice,
  readPromotion,
  saveModelChoice,
  savePromotion,
  type Study,
} from "@movielens/lib/notebook";
import { completeListerOptions } from "@movielens/lib/recommend";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite<{ interim: string; study: Study }>("study");
const open = (interim: string, data = "data/ml-latest-small"): Promise<Study> =>
  openStudy({ data, interim, testShare: 0.2, seed: 7 });

test.before(async (context) => {
  context.interim = mkdtempSync(join(tmpdir(), "study-"));
  context.study = await open(context.interim);
});
test.after(({ interim }) => rmSync(interim, { recursive: true }));

test("each split holds every rating once", ({ study }) => {
  for (const { train, validation, test: held } of [study.random, study.lastShare, study.time])
    assert.is(
      train.ratings.length + validation.ratings.length + held.ratings.length,
      study.dataset.ratings.length,
    );
});

test("the last fit learns from everything but the test part", ({ study }) => {
  for (const [made, whole] of [
    [finalSplit(study.random), splitRandom(study.dataset, { testShare: 0.2, seed: 7 })],
    [finalSplit(study.lastShare), splitLastShare(study.dataset, { testShare: 0.2 })],
  ] as const) {
    assert.is(made.protocol, whole.protocol);
    assert.equal(made.parameters, whole.parameters);
    assert.equal(made.test.items, whole.test.items);
    const byUser = ratingsByUser(made.train);
    const expected = ratingsByUser(whole.train);
    assert.equal(byUser.columns, expected.columns);
    assert.equal(byUser.values, expected.values);
  }
});

test("what is prepared already is read back, not written again", async ({ interim, study }) => {
  assert.is(study.written.length, 3);
  const again = await open(interim);
  assert.is(again.written.length, 0);
  assert.equal(again.random.test.items, study.random.test.items);
});

test("without a choice by notebook 04 the defaults are used, and the reader is told so", async ({
  study,
}) => {
  const { value, source } = await readModelChoice(study);
  assert.equal(value.explicit, defaultOptions("explicit"));
  assert.match(source, /defaults/);
});

test("a choice is handed on, but not to other data", async ({ interim, study }) => {
  const explicit = { ...defaultOptions("explicit"), rank: 3 };
  const lister = completeListerOptions({ lambda: 77 });
  await saveModelChoice(study, { explicit, implicit: defaultOptions("implicit"), lister });
  const { value } = await readModelChoice(study);
  assert.equal([value.explicit, value.lister], [explicit, lister]);
  const other = { ...study, dataset: { ...study.dataset, hash: "another" } };
  assert.match((await readModelChoice(other)).source, /defaults/);

  const promotion = { options: defaultOptions("explicit"), lister: { lambda: 77 }, metrics: { ndcg: 0.5 } };
  assert.match((await readPromotion(study.dataset, interim)).source, /unmeasured/);
  await savePromotion(study, promotion);
  assert.equal((await readPromotion(study.dataset, interim)).value, promotion);
  assert.match((await readPromotion(other.dataset, interim)).source, /unmeasured/);
});

test("options of the other feedback are refused as a choice", async ({ study }) => {
  const explicit = defaultOptions("explicit");
  try {
    await saveModelChoice(study, { explicit, implicit: explicit, lister: completeListerOptions() });
    assert.unreachable();
  } catch (error) {
    assert.is((error as WorkspaceError).code, "OPTION_INVALID");
  }
});

test("a broken decision file is an error that names it, not a silent default", async ({ study }) => {
  writeFileSync(join(study.folder, "chosen-models.json"), "{");
  try {
    await readModelChoice(study);
    assert.unreachable();
  } catch (error) {
    assert.is((error as WorkspaceError).code, "DATA_INVALID");
    assert.match((error as WorkspaceError).message, /chosen-models\.json/);
  }
});

test.run();
