import { existsSync, readdirSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DocumentSources, IndexDocument } from "../bi";
import { loadDataset, projectPath, WorkspaceError, type Dataset } from "../data";
import { isModelFolder, loadModel, modelIn, servingReport, type ModelManifest } from "../deploy";
import { createProgress } from "./progress";

type Metric = IndexDocument<"metrics">;

export interface SourceFlags {
  data: string;
  /** A model, or a folder of models of which the current one is taken; false for none. */
  model: string | false;
  top: number;
  /** Address of a running `npm run serve-model`. */
  service?: string;
}

/** Everything that is loaded into the indices: data, the current model if it was trained on it, and what was measured. */
export async function gatherSources(
  { data, model, top, service }: SourceFlags,
  onNote: (line: string) => void,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<DocumentSources> {
  const reading = quiet ? null : createProgress({ label: "reading", unit: "bytes" });
  const dataset = await loadDataset(data, {
    onProgress: ({ bytes, totalBytes }) => reading?.update(bytes, totalBytes),
  });
  reading?.done(`${dataset.ratings.length.toLocaleString("en")} ratings of ${dataset.name}`);
  const metrics = [
    ...(model === false ? [] : await modelMetrics(model)),
    ...(await notebookMetrics()),
    ...(service === undefined ? [] : await serviceMetrics(service)),
  ];
  return { dataset, factors: await factorsOf(dataset, model, onNote), top, metrics };
}

async function factorsOf(
  dataset: Dataset,
  model: string | false,
  onNote: (line: string) => void,
): Promise<DocumentSources["factors"]> {
  if (model === false) return undefined;
  if (modelFolders(model).length === 0) return undefined;
  const loaded = await loadModel(await modelIn(model));
  const { version, data, created } = loaded.manifest;
  if (data.hash !== dataset.hash) {
    onNote(`model ${version} was trained on ${data.name}, not on these ratings`);
    return undefined;
  }
  return { model: loaded.model, lister: loaded.lister, version, created: Date.parse(created) };
}

const modelFolders = (folder: string): string[] =>
  isModelFolder(folder)
    ? [folder]
    : (existsSync(folder) ? readdirSync(folder) : []).map((name) => join(folder, name)).filter(isModelFolder);

/** What every exported model says that it was measured at. */
async function modelMetrics(folder: string): Promise<Metric[]> {
  const manifests = await Promise.all(
    modelFolders(folder).map(
      async (path) => JSON.parse(await readFile(join(path, "manifest.json"), "utf8")) as ModelManifest,
    ),
  );
  return manifests.flatMap(({ version, created, kind, options, data, metrics }) =>
    Object.entries(metrics).map(([name, value]) => ({
      "@timestamp": Date.parse(created),
      source: "model",
      origin: version,
      name,
      value,
      unit: null,
      description: `${kind} ALS, rank ${options.rank}`,
      dataName: data.name,
    })),
  );
}

interface Output {
  data?: Record<
    string,
    { name: string; value: number; unit: string | null; description: string | null } & { dataName?: string }
  >;
}

/** What the notebooks recorded when `npm start` last ran them. */
async function notebookMetrics(): Promise<Metric[]> {
  const folder = projectPath("reports", "notebooks");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")) : [];
  const found: Metric[] = [];
  for (const file of files.sort()) {
    const path = join(folder, file);
    const { cells } = JSON.parse(await readFile(path, "utf8")) as { cells: { outputs?: Output[] }[] };
    const outputs = cells.flatMap(({ outputs: own = [] }) => own.map(({ data = {} }) => data));
    const dataName = outputs
      .map((data) => data["application/vnd.movielens.provenance+json"]?.dataName)
      .find((name) => name !== undefined);
    const { mtimeMs } = await stat(path);
    for (const data of outputs) {
      const metric = data["application/vnd.movielens.metric+json"];
      if (metric)
        found.push({
          "@timestamp": Math.floor(mtimeMs),
          source: "notebook",
          origin: basename(file, ".ipynb"),
          name: metric.name,
          value: metric.value,
          unit: metric.unit,
          description: metric.description,
          dataName: dataName ?? null,
        });
    }
  }
  return found;
}

/** How the running service is doing now: one point of a series that grows from load to load. */
async function serviceMetrics(service: string): Promise<Metric[]> {
  const address = `${service.replace(/\/$/, "")}/metrics`;
  const answer = await fetch(address).catch((cause: Error) => {
    throw new WorkspaceError("DATA_MISSING", `${address}: ${cause.message}`, {
      cause,
      mend: "Start the service with npm run serve-model, or leave out --service.",
    });
  });
  if (!answer.ok)
    throw new WorkspaceError("DATA_MISSING", `${address}: status ${answer.status}`, {
      mend: "Name the address at which npm run serve-model serves.",
    });
  const report = servingReport(await answer.text());
  const values: [name: string, value: number | null, unit: string | null][] = [
    ["requests", report.requests, "requests"],
    ["p50 latency", report.p50, "ms"],
    ["p95 latency", report.p95, "ms"],
    ["fallback share", report.fallbackShare, "share"],
    ["fold-ins", report.foldIns, "visitors"],
    ["films served", report.moviesServed, "films"],
    ["catalogue coverage", report.catalogueCoverage, "share"],
    ["model age", report.modelAgeSeconds, "s"],
    ...Object.entries(report.byStatus).map(([status, count]): [string, number, string] => [
      `status ${status}`,
      count,
      "requests",
    ]),
    ...Object.entries(report.recommendations).map(([step, count]): [string, number, string] => [
      `lists ${step}`,
      count,
      "lists",
    ]),
  ];
  const now = Date.now();
  return values.flatMap(([name, value, unit]) =>
    value === null
      ? []
      : [
          {
            "@timestamp": now,
            source: "service",
            origin: service,
            name,
            value,
            unit,
            description: report.modelVersion,
            dataName: null,
          },
        ],
  );
}
