import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import { AlsModel, type AlsModelParts, type AlsOptions } from "../als";
import {
  libraryVersion,
  WorkspaceError,
  type Dataset,
  type Movie,
  type RatingScale,
  type RatingsByRow,
} from "../data";
import { Lister, ServedModel, type CompleteListerOptions, type ListerParts } from "../recommend";
import { placeFolder } from "./durable";
import { writeModelCard } from "./model-card";

/**
 * A model file is a folder:
 *   manifest.json   everything that is not a column, and the checksum of every other file and of itself
 *   *.f32, *.u32    columns, little-endian, row-major: factors, biases, ids, and the training ratings by user; where the
 *                   model has them, co-factors and each seed's own biases, by which rows are folded in
 *   lister-*        where the model has a lister: weights between pairs of films, and what each training rating weighs
 *   movies.json     the movie table that a server shows
 *   model-card.md   for people: data, quality, limits and biases
 *
 * Factors are stored as float32, half the size of the float64 they are trained in. A stored value is off by at
 * most 2⁻²⁴ of itself, so a score moves by about 2⁻²³·Σ|p_f·q_f|: below 1e-5 for stars. `parityCheck` measures it.
 */
const SCHEMA_VERSION = 1;
const MANIFEST = "manifest.json";
const CARD = "model-card.md";

export type ModelKind = AlsOptions["feedback"];

/** One file of a model: how it is stored, and what proves it whole. */
export interface ModelFileEntry {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  dtype: "float32" | "uint32" | "json" | "text";
  /** Row-major for columns; [number of movies] for the movie table; [] for the card. */
  shape: number[];
}

/** What `manifest.json` says. */
export interface ModelManifest {
  schemaVersion: number;
  /** Sortable by time: `20261124T101500Z-explicit-r32-1a2b3c4d`; also the folder's name. */
  version: string;
  kind: ModelKind;
  /** All options of the training: rank, λ, iterations, seed and the rest. */
  options: AlsOptions;
  globalMean: number;
  scale: RatingScale;
  /** Counts of what the model was trained on. */
  users: number;
  items: number;
  ratings: number;
  /** `latest`: when the newest rating was given, in seconds since 1970; absent in older models. */
  data: { name: string; hash: string; latest?: number };
  /** As measured by whoever exported the model, by name. */
  metrics: Record<string, number>;
  /** ISO 8601, UTC. */
  created: string;
  libraryVersion: string;
  nodeVersion: string;
  /** How the lister was made, and its number of weights; absent in models without one. */
  lister?: { options: CompleteListerOptions; weights: number };
  files: Record<string, ModelFileEntry>;
}

/** A model as read from its folder, checked. */
export interface LoadedModel {
  folder: string;
  model: AlsModel;
  /** Makes the lists, where the model has one. */
  lister?: Lister;
  manifest: ModelManifest;
  /** By MovieLens id; films without a rating are included. */
  movies: ReadonlyMap<number, Movie>;
  /** Markdown; absent in models older than cards. */
  card?: string;
  /** The training ratings by item, where whoever loaded the model has made them already. */
  ratingsByItem?: RatingsByRow;
}

/** A model's files, read and checked: what `loadModel` makes a model of. */
export type ModelContents = Omit<LoadedModel, "model" | "lister"> & {
  parts: AlsModelParts;
  listerParts?: ListerParts;
};

export interface ExportOptions {
  /** The folder of all versions, such as `models/`; the new version gets a folder of its own inside. */
  folder: string;
  /** What the model was trained on: gives name, hash and the movie table. */
  dataset: Dataset;
  /** Measured quality, by name, e.g. `{ testRmse: 0.87 }`. */
  metrics: Record<string, number>;
  /** Learned from the same ratings as the model; makes the lists when the model is served. */
  lister?: Lister;
  now?: Date;
}

export interface ExportedModel {
  folder: string;
  version: string;
}

type Layout = Record<string, Pick<ModelFileEntry, "dtype" | "shape">>;
type Counts = Pick<ModelManifest, "users" | "items" | "ratings"> & {
  rank: number;
  movies: number;
  cofactors: boolean;
  /** Models whose own biases are kept; 0 for a single one, which has no others. */
  seeds: number;
  /** Of the lister; null without one. */
  listerWeights: number | null;
  card: boolean;
};

/**
 * Every file that a model of these counts consists of, beside the manifest. Files older than co-factors and several seeds'
 * own biases have neither, older ones no card, and those without a lister none of its files; a reader that does not know them leaves them aside.
 */
const layoutOf = ({ users, items, ratings, rank, movies, cofactors, seeds, listerWeights, card }: Counts) =>
  ({
    "user-factors.f32": { dtype: "float32", shape: [users, rank] },
    "item-factors.f32": { dtype: "float32", shape: [items, rank] },
    "user-bias.f32": { dtype: "float32", shape: [users] },
    "item-bias.f32": { dtype: "float32", shape: [items] },
    "user-ids.u32": { dtype: "uint32", shape: [users] },
    "item-ids.u32": { dtype: "uint32", shape: [items] },
    "rating-starts.u32": { dtype: "uint32", shape: [users + 1] },
    "rating-items.u32": { dtype: "uint32", shape: [ratings] },
    "rating-stars.f32": { dtype: "float32", shape: [ratings] },
    "movies.json": { dtype: "json", shape: [movies] },
    ...(cofactors && {
      "user-cofactors.f32": { dtype: "float32", shape: [users, rank] } as const,
      "item-cofactors.f32": { dtype: "float32", shape: [items, rank] } as const,
    }),
    ...(seeds > 0 && {
      "user-seed-bias.f32": { dtype: "float32", shape: [users, seeds] } as const,
      "item-seed-bias.f32": { dtype: "float32", shape: [items, seeds] } as const,
    }),
    ...(listerWeights !== null && {
      "lister-starts.u32": { dtype: "uint32", shape: [items + 1] } as const,
      "lister-films.u32": { dtype: "uint32", shape: [listerWeights] } as const,
      "lister-weights.f32": { dtype: "float32", shape: [listerWeights] } as const,
      "lister-inputs.f32": { dtype: "float32", shape: [ratings] } as const,
    }),
    ...(card && { [CARD]: { dtype: "text", shape: [] as number[] } as const }),
  }) satisfies Layout;

type FileName = keyof ReturnType<typeof layoutOf>;

const countsOf = ({ users, items, ratings, options, lister, files }: ModelManifest): Counts => ({
  users,
  items,
  ratings,
  rank: options.rank,
  movies: files["movies.json"]?.shape?.[0],
  cofactors: "item-cofactors.f32" in files,
  seeds: "item-seed-bias.f32" in files ? (options.seeds ?? 1) : 0,
  listerWeights: lister?.weights ?? null,
  card: CARD in files,
});

/**
 * Writes a model as a new version in `folder`. It appears whole or not at all: the files are written and
 * flushed in a hidden folder beside it, which is renamed last. Exporting the same model at the same second again
 * leaves the first in place.
 * @throws WorkspaceError MODEL_INVALID for a value that is not finite, a column of the wrong length, or an item
 *   that the data set's movie table lacks
 */
export async function exportModel(
  model: AlsModel,
  { folder, dataset, metrics, lister, now = new Date() }: ExportOptions,
): Promise<ExportedModel> {
  const served = new ServedModel(model, lister);
  return writeModel(model.parts, {
    folder,
    lister: lister?.parts,
    movies: movieTable(model.parts, dataset),
    card: () => writeModelCard(served, dataset, metrics),
    data: { name: dataset.name, hash: dataset.hash, latest: latestOf(dataset) },
    metrics,
    now,
  });
}

export interface WriteOptions extends Pick<ModelManifest, "data" | "metrics"> {
  /** Of all versions. */
  folder: string;
  lister?: ListerParts;
  movies: readonly Pick<Movie, "movieId" | "title" | "year" | "genres">[];
  /** Markdown, asked for once every column has been checked: what writes it may score with them. */
  card: () => string;
  now: Date;
}

/** The writing of `exportModel`. */
export async function writeModel(
  parts: AlsModelParts,
  { folder, lister, movies, card, data, metrics, now }: WriteOptions,
): Promise<ExportedModel> {
  const layout = layoutOf({
    users: parts.userIds.length,
    items: parts.itemIds.length,
    ratings: parts.ratings.columns.length,
    rank: parts.options.rank,
    movies: movies.length,
    cofactors: parts.itemCofactors !== undefined,
    seeds: parts.itemSeedBias ? (parts.options.seeds ?? 1) : 0,
    listerWeights: lister?.weights.columns.length ?? null,
    card: true,
  });
  const contents: Partial<Record<FileName, Buffer>> = {
    "user-factors.f32": float32Bytes("userFactors", parts.userFactors),
    "item-factors.f32": float32Bytes("itemFactors", parts.itemFactors),
    "user-bias.f32": float32Bytes("userBias", parts.userBias),
    "item-bias.f32": float32Bytes("itemBias", parts.itemBias),
    "user-ids.u32": uint32Bytes(parts.userIds),
    "item-ids.u32": uint32Bytes(parts.itemIds),
    "rating-starts.u32": uint32Bytes(parts.ratings.rowStart),
    "rating-items.u32": uint32Bytes(parts.ratings.columns),
    "rating-stars.f32": float32Bytes("ratings.values", parts.ratings.values),
    "movies.json": Buffer.from(`[\n${movies.map((movie) => JSON.stringify(movie)).join(",\n")}\n]\n`),
  };
  if (parts.userCofactors)
    contents["user-cofactors.f32"] = float32Bytes("userCofactors", parts.userCofactors);
  if (parts.itemCofactors)
    contents["item-cofactors.f32"] = float32Bytes("itemCofactors", parts.itemCofactors);
  if (parts.userSeedBias) contents["user-seed-bias.f32"] = float32Bytes("userSeedBias", parts.userSeedBias);
  if (parts.itemSeedBias) contents["item-seed-bias.f32"] = float32Bytes("itemSeedBias", parts.itemSeedBias);
  if (lister) {
    contents["lister-starts.u32"] = uint32Bytes(lister.weights.rowStart);
    contents["lister-films.u32"] = uint32Bytes(lister.weights.columns);
    contents["lister-weights.f32"] = float32Bytes("lister.weights", lister.weights.values);
    contents["lister-inputs.f32"] = float32Bytes("lister.inputs", lister.inputs);
  }
  for (const [name, value] of Object.entries(metrics))
    if (!Number.isFinite(value)) throw new WorkspaceError("MODEL_INVALID", `metric ${name} is ${value}`);

  contents[CARD] = Buffer.from(card());

  const files: Record<string, ModelFileEntry> = {};
  for (const name of fileNames(layout)) {
    const { dtype, shape } = layout[name]!;
    const content = contents[name]!;
    if (isColumn(dtype) && content.length !== byteLength(shape))
      throw new WorkspaceError(
        "MODEL_INVALID",
        `${name}: the model has ${content.length / 4} values, [${shape.join(" × ")}] were expected`,
      );
    files[name] = { bytes: content.length, sha256: sha256(content), dtype, shape };
  }
  const unnamed: Omit<ModelManifest, "version"> = {
    schemaVersion: SCHEMA_VERSION,
    kind: parts.options.feedback,
    options: parts.options,
    globalMean: parts.globalMean,
    scale: parts.scale,
    users: parts.userIds.length,
    items: parts.itemIds.length,
    ratings: parts.ratings.columns.length,
    data,
    metrics,
    created: now.toISOString(),
    libraryVersion: libraryVersion(),
    nodeVersion: process.versions.node,
    ...(lister && { lister: { options: lister.options, weights: lister.weights.columns.length } }),
    files,
  };
  const stamp = unnamed.created.replace(/[-:]|\.\d+/g, "");
  const shortHash = sha256(Buffer.from(JSON.stringify(unnamed))).slice(0, 8);
  const version = `${stamp}-${unnamed.kind}-r${parts.options.rank}-${shortHash}`;
  const target = join(folder, version);
  // The name carries the hash of all that is inside: what stands there already is this very model.
  await placeFolder(target, { ...contents, [MANIFEST]: Buffer.from(signed({ ...unnamed, version })) });
  return { folder: target, version };
}

/**
 * Reads a model and proves it whole: every file present, of the size, checksum and shape that the manifest
 * says, and the manifest itself unaltered.
 * @param folder of one version
 * @throws WorkspaceError MODEL_MISSING when there is no model in `folder`, MODEL_FOREIGN for a schema version or
 *   kind that this library does not read, MODEL_CORRUPT naming the file and what is wrong with it
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  return modelOf(await readModel(folder));
}

/** The models that these files describe. @param ratingsByItem where whoever asks has made them already */
export function modelOf(
  { parts, listerParts, ...rest }: ModelContents,
  ratingsByItem?: RatingsByRow,
): LoadedModel {
  return {
    model: new AlsModel(parts),
    ...(listerParts && { lister: new Lister(listerParts, parts.ratings, ratingsByItem) }),
    ...rest,
    ...(ratingsByItem && { ratingsByItem }),
  };
}

/** The reading and checking of `loadModel`. */
export async function readModel(folder: string): Promise<ModelContents> {
  const manifest = await readManifest(folder);
  const layout = layoutOf(countsOf(manifest));
  const contents = {} as Record<FileName, Uint8Array>;
  await Promise.all(
    fileNames(layout).map(async (name) => {
      contents[name] = await readWhole(join(folder, name), manifest.files[name]);
    }),
  );
  const itemIds = readUint32(contents["item-ids.u32"]);
  const optional = (name: FileName): Float64Array | undefined =>
    name in contents ? Float64Array.from(readFloat32(contents[name])) : undefined;
  const parts: AlsModelParts = {
    options: manifest.options,
    globalMean: manifest.globalMean,
    scale: manifest.scale,
    userIds: readUint32(contents["user-ids.u32"]),
    itemIds,
    userFactors: Float64Array.from(readFloat32(contents["user-factors.f32"])),
    itemFactors: Float64Array.from(readFloat32(contents["item-factors.f32"])),
    userBias: Float64Array.from(readFloat32(contents["user-bias.f32"])),
    itemBias: Float64Array.from(readFloat32(contents["item-bias.f32"])),
    userCofactors: optional("user-cofactors.f32"),
    itemCofactors: optional("item-cofactors.f32"),
    userSeedBias: optional("user-seed-bias.f32"),
    itemSeedBias: optional("item-seed-bias.f32"),
    ratings: {
      rowStart: readUint32(contents["rating-starts.u32"]),
      columns: readUint32(contents["rating-items.u32"]),
      values: readFloat32(contents["rating-stars.f32"]),
      rows: manifest.users,
      cols: manifest.items,
    },
  };
  checkRows(folder, "rating-starts.u32", "rating-items.u32", "ratings", parts.ratings);
  const listerParts: ListerParts | undefined = manifest.lister && {
    options: manifest.lister.options,
    weights: {
      rowStart: readUint32(contents["lister-starts.u32"]),
      columns: readUint32(contents["lister-films.u32"]),
      values: readFloat32(contents["lister-weights.f32"]),
      rows: manifest.items,
      cols: manifest.items,
    },
    inputs: readFloat32(contents["lister-inputs.f32"]),
  };
  if (listerParts) {
    checkRows(folder, "lister-starts.u32", "lister-films.u32", "weights", listerParts.weights);
    checkFinite(folder, "lister-weights.f32", listerParts.weights.values);
    checkFinite(folder, "lister-inputs.f32", listerParts.inputs);
  }
  const table = parseJson(join(folder, "movies.json"), Buffer.from(contents["movies.json"])) as Movie[];
  const movies = new Map(table.map((movie) => [movie.movieId, movie]));
  for (const movieId of itemIds)
    if (!movies.has(movieId)) throw corrupt(join(folder, "movies.json"), `movie ${movieId} is missing`);
  const card = CARD in contents ? { card: Buffer.from(contents[CARD]).toString("utf8") } : {};
  return { folder, parts, ...(listerParts && { listerParts }), manifest, movies, ...card };
}

/** Whether a folder is one model's own, rather than a folder of models. */
export const isModelFolder = (folder: string): boolean => existsSync(join(folder, MANIFEST));

/** Whether a folder's name is that of a model: `20261124T101500Z-explicit-r32-1a2b3c4d`. */
export const isVersionName = (name: string): boolean => /^\d{8}T\d{6}Z-[\w-]+$/.test(name);

/**
 * The folder of the newest version in `modelsFolder`.
 * @throws WorkspaceError MODEL_MISSING when there is none
 */
export async function newestModel(modelsFolder: string): Promise<string> {
  const newest = (await versionNames(modelsFolder)).at(-1);
  if (!newest) throw new WorkspaceError("MODEL_MISSING", `there is no model in ${modelsFolder} yet`);
  return join(modelsFolder, newest);
}

/** Names of the versions in `modelsFolder`, oldest first; none where there is no such folder. */
export async function versionNames(modelsFolder: string): Promise<string[]> {
  const names = existsSync(modelsFolder) ? await readdir(modelsFolder) : [];
  const versions = await Promise.all(
    names
      .filter(isVersionName)
      .map(async (name) => ({ name, written: (await stat(join(modelsFolder, name))).mtimeMs })),
  );
  // Names carry whole seconds; two exports within one are told apart by when their folders were written.
  const stamp = ({ name }: { name: string }): string => name.slice(0, 16);
  versions.sort((a, b) => stamp(a).localeCompare(stamp(b)) || a.written - b.written);
  return versions.map(({ name }) => name);
}

/** What a model's manifest says, its own checksum proven; the other files are not looked at. Throws as `loadModel`. */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new WorkspaceError("MODEL_MISSING", `${folder} holds no ${MANIFEST}`);
  const manifest = parseJson(path, await readFile(path)) as ModelManifest;
  // The version is looked at before the checksum: a later schema may well be signed in another way.
  if (manifest?.schemaVersion !== SCHEMA_VERSION)
    throw new WorkspaceError(
      "MODEL_FOREIGN",
      `${path}: schema version ${manifest?.schemaVersion}, this library reads ${SCHEMA_VERSION}`,
    );
  const { sha256: stated, ...unsigned } = manifest as ModelManifest & { sha256?: string };
  if (stated !== checksum(unsigned)) throw corrupt(path, "its own checksum does not match");
  if (!["explicit", "implicit"].includes(manifest.kind) || manifest.options.feedback !== manifest.kind)
    throw new WorkspaceError("MODEL_FOREIGN", `${path}: kind "${manifest.kind}", not explicit or implicit`);
  const layout: Layout = layoutOf(countsOf(manifest));
  for (const [name, { dtype, shape }] of Object.entries(layout)) {
    const entry = manifest.files[name];
    if (entry?.dtype !== dtype || String(entry.shape) !== String(shape))
      throw corrupt(path, `${name} is not ${dtype} [${shape.join(" × ")}], as the counts demand`);
  }
  return unsigned;
}

async function readWhole(
  path: string,
  { bytes, sha256: expected, dtype, shape }: ModelFileEntry,
): Promise<Uint8Array> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw corrupt(path, "the file is missing");
  }
  if (content.length !== bytes) throw corrupt(path, `${content.length} bytes, the manifest says ${bytes}`);
  if (isColumn(dtype) && bytes !== byteLength(shape))
    throw corrupt(path, `${bytes} bytes do not hold [${shape.join(" × ")}] values`);
  if (sha256(content) !== expected) throw corrupt(path, "its checksum does not match: a byte has changed");
  return content;
}

/** Rows must follow one another to the end of the columns, and columns be items. */
function checkRows(
  folder: string,
  startsFile: FileName,
  columnsFile: FileName,
  what: string,
  { rowStart, columns, rows, cols }: RatingsByRow,
): void {
  const starts = join(folder, startsFile);
  for (let row = 0; row < rows; row++)
    if (rowStart[row + 1] < rowStart[row] || rowStart[0] !== 0)
      throw corrupt(starts, `row ${row} does not start where the one before ends`);
  if (rowStart[rows] !== columns.length)
    throw corrupt(starts, `ends at ${rowStart[rows]}, there are ${columns.length} ${what}`);
  for (const item of columns)
    if (item >= cols) throw corrupt(join(folder, columnsFile), `item ${item} of ${cols}`);
}

function checkFinite(folder: string, file: FileName, values: Float32Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw corrupt(join(folder, file), `value ${at} is ${values[at]}`);
}

function movieTable(parts: AlsModelParts, dataset: Dataset): Movie[] {
  for (const movieId of parts.itemIds)
    if (!dataset.movies.has(movieId))
      throw new WorkspaceError(
        "MODEL_INVALID",
        `movie ${movieId} of the model is not among ${dataset.name}'s movies`,
      );
  return Array.from(dataset.movies.values(), ({ movieId, title, year, genres }) => ({
    movieId,
    title,
    year,
    genres,
  })).sort((a, b) => a.movieId - b.movieId);
}

function latestOf({ timestamps }: Dataset): number {
  return timestamps.reduce((latest, timestamp) => Math.max(latest, timestamp), 0);
}

const fileNames = (layout: ReturnType<typeof layoutOf>): FileName[] => Object.keys(layout) as FileName[];
const isColumn = (dtype: ModelFileEntry["dtype"]): boolean => dtype === "float32" || dtype === "uint32";
const byteLength = (shape: number[]): number => shape.reduce((product, size) => product * size, 4);
const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
const checksum = (manifest: ModelManifest): string => sha256(Buffer.from(JSON.stringify(manifest)));
const signed = (manifest: ModelManifest): string =>
  `${JSON.stringify({ ...manifest, sha256: checksum(manifest) }, null, 2)}\n`;

function float32Bytes(part: string, values: ArrayLike<number>): Buffer {
  const stored = Float32Array.from(values);
  const at = stored.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new WorkspaceError("MODEL_INVALID", `${part}[${at}] is ${values[at]}, which float32 cannot hold`);
  return littleEndian(Buffer.from(stored.buffer));
}

function uint32Bytes(values: Uint32Array): Buffer {
  return littleEndian(Buffer.from(Uint32Array.from(values).buffer));
}

const readFloat32 = (content: Uint8Array): Float32Array => new Float32Array(aligned(content));
const readUint32 = (content: Uint8Array): Uint32Array => new Uint32Array(aligned(content));

/** A copy of its own: a Buffer may start anywhere in a pool, a column must start on four bytes. */
function aligned(content: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(content.length);
  const bytes = Buffer.from(copy);
  bytes.set(content);
  littleEndian(bytes);
  return copy;
}

/** Every column has values of four bytes. Swaps in place where the machine counts from the other end. */
const littleEndian = (bytes: Buffer): Buffer => (endianness() === "LE" ? bytes : bytes.swap32());

function parseJson(path: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch (error) {
    throw corrupt(path, (error as Error).message);
  }
}

function corrupt(path: string, what: string): WorkspaceError {
  return new WorkspaceError("MODEL_CORRUPT", `${path}: ${what}`);
}
