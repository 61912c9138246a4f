import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { defaultOptions, type TrainOptions } from "../als";
import {
  loadDataset,
  loadPrepared,
  mergeRatings,
  prepare,
  projectPath,
  WorkspaceError,
  type Dataset,
  type Prepared,
  type Protocol,
  type Split,
} from "../data";
import { completeListerOptions, type CompleteListerOptions, type ListerOptions } from "../recommend";

/** What notebooks 03 to 05 share: where the data is, where intermediate results go, how ratings are held out. */
export interface StudyOptions {
  /** MovieLens folder or zip; relative paths start at the project. */
  data: string;
  /** Folder of intermediate results; relative paths start at the project. */
  interim: string;
  /** Share of ratings held out for test, and of the rest for validation. */
  testShare: number;
  seed: number;
}

/** The data and its three splits, each for one kind of question. */
export interface Study {
  dataset: Dataset;
  /** How well are stars predicted? A random share of all ratings is held out. */
  random: Prepared;
  /** Does the list hold what a user goes on to like? The last share of each user's ratings is held out. */
  lastShare: Prepared;
  /** What if the model is old? Everything after one moment is held out. */
  time: Prepared;
  /** Folders that were prepared now; the others were there already and intact. */
  written: string[];
  folder: string;
}

/** The cleaning decisions of notebook 03, which shows what speaks for them. */
export const CLEANING: readonly string[] = [
  "rows that break a rule of the quality gate are left out and quarantined",
  "films rated once are kept: their ratings say little about the film but something about the user",
  "very heavy users are kept: λ·n^ν tempers them, and leaving them out costs more than it brings",
];

/**
 * The study's data, prepared if it is not: three splits below `<interim>/<name>/`, read back from Parquet.
 * Every notebook that needs them calls this, so that each runs alone as well as in sequence.
 */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const dataset = await loadDataset(projectAbsolute(options.data));
  const folder = studyFolder(options.interim, dataset.name);
  const { testShare, seed } = options;
  const protocols: Protocol[] = [
    { name: "random", testShare, seed },
    { name: "last-share", testShare },
    { name: "time", trainShare: 1 - testShare },
  ];
  const written: string[] = [];
  const prepared: Prepared[] = [];
  for (const protocol of protocols) {
    const made = await prepare(dataset, {
      protocol,
      cleaning: [...CLEANING],
      folder: join(folder, protocol.name),
    });
    if (made.written) written.push(made.folder);
    prepared.push(await loadPrepared(made.folder));
  }
  const [random, lastShare, time] = prepared;
  return { dataset, random, lastShare, time, written, folder };
}

/**
 * What a model may be judged by when everything is decided: it learns from all but the test part, validation
 * included, and meets the test part once. Made when the test part is to be opened, in notebook 05.
 */
export function finalSplit({ train, validation, test, manifest }: Prepared): Split {
  const { name, ...parameters } = manifest.protocol;
  return { protocol: name, train: mergeRatings(train, validation), test, parameters };
}

/** What a phase decided and later phases go by. */
export interface ModelChoice {
  /** Predicts stars best on validation ratings. */
  explicit: Extract<TrainOptions, { feedback: "explicit" }>;
  /** Ranks best on validation ratings. */
  implicit: Extract<TrainOptions, { feedback: "implicit" }>;
  /** Lists best beside either, on validation ratings. */
  lister: CompleteListerOptions;
}

export interface Choice<T> {
  value: T;
  /** One sentence for the reader: who decided. */
  source: string;
}

/**
 * Keeps what notebook 04 chose, for the data that it was chosen on.
 * @throws WorkspaceError OPTION_INVALID for options of the other feedback
 */
export async function saveModelChoice(
  study: Study,
  choice: Record<"explicit" | "implicit", TrainOptions> & Pick<ModelChoice, "lister">,
): Promise<void> {
  for (const feedback of ["explicit", "implicit"] as const)
    if (choice[feedback].feedback !== feedback)
      throw new WorkspaceError(
        "OPTION_INVALID",
        `the ${feedback} choice holds options of ${choice[feedback].feedback} feedback`,
      );
  await saveDecision(study.folder, "chosen-models", study.dataset, choice);
}

/** What notebook 04 chose on this data; the library's defaults, and a sentence that says so, where it has not run. */
export async function readModelChoice(study: Study): Promise<Choice<ModelChoice>> {
  const found = await readDecision<ModelChoice>(study.folder, "chosen-models", study.dataset);
  if (found) return { value: found, source: "Options as chosen on validation ratings by notebook 04." };
  return {
    value: {
      explicit: defaultOptions("explicit"),
      implicit: defaultOptions("implicit"),
      lister: completeListerOptions(),
    },
    source: "Notebook 04 has not chosen options for this data: these are the library's defaults.",
  };
}

/** What notebook 05 promotes: the options to train on all ratings and to serve. */
export interface Promotion {
  options: TrainOptions;
  /** Makes the lists; null where the factors do. */
  lister: ListerOptions | null;
  /** Metric name → value on held-out ratings, for the model's manifest. */
  metrics: Record<string, number>;
}

/** Keeps what notebook 05 promotes. */
export async function savePromotion(study: Study, promotion: Promotion): Promise<void> {
  await saveDecision(study.folder, "promotion", study.dataset, promotion);
}

/** What notebook 05 promotes on this data; the implicit default without metrics, said so, where it has not run. */
export async function readPromotion(dataset: Dataset, interim: string): Promise<Choice<Promotion>> {
  const found = await readDecision<Promotion>(studyFolder(interim, dataset.name), "promotion", dataset);
  if (found) return { value: found, source: "The model that notebook 05 promotes." };
  return {
    value: { options: defaultOptions("implicit"), lister: completeListerOptions(), metrics: {} },
    source:
      "Notebook 05 has not promoted a model for this data: this is implicit ALS with a lister, by the library's defaults, unmeasured.",
  };
}

const projectAbsolute = (path: string): string => resolve(projectPath(), path);

const studyFolder = (interim: string, name: string): string => join(projectAbsolute(interim), name);

async function saveDecision(folder: string, name: string, dataset: Dataset, decision: object): Promise<void> {
  const file = join(folder, `${name}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify({ dataHash: dataset.hash, decision }, null, 2) + "\n");
  await rename(`${file}.part`, file);
}

async function readDecision<T>(folder: string, name: string, dataset: Dataset): Promise<T | null> {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) return null;
  try {
    const { dataHash, decision } = JSON.parse(await readFile(file, "utf8")) as {
      dataHash: string;
      decision: T;
    };
    return dataHash === dataset.hash ? decision : null;
  } catch (cause) {
    throw new WorkspaceError("DATA_INVALID", `${file} is not a decision file`, {
      cause,
      mend: "Remove it and run the notebook that writes it.",
    });
  }
}
