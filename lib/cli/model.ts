import { join } from "node:path";
import { Command } from "commander";
import { loadDataset, projectPath, WorkspaceError } from "../data";
import {
  diffModels,
  findVersion,
  GOLDEN_QUERIES,
  listModels,
  loadModel,
  promoteModel,
  pruneModels,
  readGoldenQueries,
  refusalOf,
  rollbackModel,
  type GateReport,
  type ListedModel,
  type PromotionRecord,
} from "../deploy";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import { textTable } from "./text-table";

interface Shared {
  models: string;
  json: boolean;
}

/** `npm run model`. @returns the exit code: 0 done, 1 failed or refused by the gate, 130 stopped by Ctrl-C */
export async function main(argv: string[]): Promise<number> {
  let chosen: (() => Promise<number>) | undefined;
  const command = new Command("model")
    .usage("-- <command> [options]")
    .description("The registry of models: what there is, which one is served, and why.")
    .exitOverride();
  const subcommand = <F extends Shared>(
    signature: string,
    says: string,
    add: (sub: Command) => Command,
    run: (flags: F, ...named: string[]) => Promise<number>,
  ): void => {
    add(command.command(signature).description(says))
      .option("--models <folder>", "the registry", projectPath("models"))
      .option("--json", "print the result as JSON", false)
      .action(function (this: Command) {
        chosen = () => run(this.opts<F>(), ...(this.processedArgs as string[]));
      });
  };

  subcommand("list", "every version, oldest first", (sub) => sub, list);
  subcommand(
    "show [version]",
    "a version's card and manifest, and how it came to be served",
    (sub) => sub,
    (flags: Shared, version = "current") => show(flags, version),
  );
  subcommand(
    "promote [version]",
    "makes a version (by default the newest) current when it is better than the current one",
    (sub) =>
      sub
        .option("--data <path>", "the present ratings", projectPath("data", "ml-latest-small"))
        .option("--golden <file>", "golden queries", GOLDEN_QUERIES)
        .option("--force <reason>", "promote without the gate; the reason is kept"),
    promote,
  );
  subcommand(
    "rollback",
    "goes back to the version that was current before",
    (sub) =>
      sub
        .option("--to <version>", "an earlier one instead")
        .option("--reason <text>", "why; kept with the promotion"),
    rollback,
  );
  subcommand("diff <first> [second]", "what changes from one version to another", (sub) => sub, diff);
  subcommand(
    "prune",
    "removes old versions for good; the current one and the one before it stay",
    (sub) =>
      sub
        .option("--keep <number>", "the newest that stay, too", numberOf, 5)
        .option("--dry-run", "only say what would go", false),
    prune,
  );
  return runCommand(command, argv, () => chosen!());
}

async function list({ models, json }: Shared): Promise<number> {
  const listed = await listModels(models);
  if (json) return print(listed.map((model) => ({ ...model, manifest: undefined, ...summaryOf(model) })));
  if (listed.length === 0) throw new WorkspaceError("MODEL_MISSING", `there is no model in ${models} yet`);
  const rows = listed.map((model) => [
    model.current ? "*" : "",
    model.version,
    model.manifest?.data.name ?? "",
    model.manifest ? model.manifest.ratings.toLocaleString("en") : "",
    model.problem ?? (model.promotions.length > 0 ? saysOf(model.promotions.at(-1)!) : ""),
  ]);
  console.log(textTable(["", "version", "data", "ratings", "last promotion"], rows, new Set([3])).join("\n"));
  console.log(
    listed.some(({ current }) => current)
      ? "* current"
      : "No version is current; the newest is served. Promote one with `npm run model -- promote VERSION`.",
  );
  return 0;
}

const summaryOf = ({ manifest }: ListedModel): object =>
  manifest === null
    ? {}
    : {
        kind: manifest.kind,
        options: manifest.options,
        data: manifest.data,
        ratings: manifest.ratings,
        metrics: manifest.metrics,
        created: manifest.created,
      };

const saysOf = ({ at, action, reason }: PromotionRecord): string =>
  `${at.slice(0, 10)} ${action}${reason === null ? "" : `: ${reason}`}`;

async function show({ models, json }: Shared, named: string): Promise<number> {
  const version = await findVersion(models, named);
  const { manifest, card = null } = await loadModel(join(models, version));
  const { current, promotions } = (await listModels(models)).find((model) => model.version === version)!;
  if (json) return print({ current, manifest, card, promotions });
  console.log(`${version}${current ? ", current" : ""}, exported ${manifest.created}`);
  for (const promotion of promotions) {
    console.log(`promoted ${saysOf(promotion)}`);
    if (promotion.gate) console.log(checksOf(promotion.gate));
  }
  console.log(`\n${card ?? `(older than model cards)\n${JSON.stringify(manifest, null, 2)}`}`);
  return 0;
}

const checksOf = ({ checks }: GateReport): string =>
  checks.map(({ passed, name, says }) => `  ${passed ? "✓" : "✗"} ${name}: ${says}`).join("\n");

interface PromoteFlags extends Shared {
  data: string;
  golden: string;
  force?: string;
}

const promote = (
  { models, json, data, golden, force }: PromoteFlags,
  named: string = "newest",
): Promise<number> =>
  untilStopped(async (signal) => {
    const version = await findVersion(models, named);
    const way =
      force === undefined
        ? {
            gate: {
              golden: readGoldenQueries(golden),
              signal,
              onProgress: (stage: string) => console.error(stage),
            },
            dataset: await loadDataset(data),
          }
        : { force };
    const outcome = await promoteModel(models, version, way);
    const { record, report } = outcome;
    if (json) print(outcome);
    else if (report) console.log(checksOf(report));
    if (record === null)
      throw new WorkspaceError(
        "PROMOTION_REFUSED",
        `${report!.current} stays current: ${refusalOf(report!)}`,
      );
    if (!json) console.log(changeOf(record));
    return 0;
  });

const changeOf = ({ version, before, action }: PromotionRecord): string =>
  `${version} is current${before === null ? "" : `, in place of ${before}`} (${action}). Running servers take it up by themselves.`;

interface RollbackFlags extends Shared {
  to?: string;
  reason?: string;
}

async function rollback({ models, json, to, reason }: RollbackFlags): Promise<number> {
  const target = to === undefined ? undefined : await findVersion(models, to);
  const record = await rollbackModel(models, { to: target, reason });
  if (json) return print(record);
  console.log(changeOf(record));
  return 0;
}

async function diff({ models, json }: Shared, first: string, second = "current"): Promise<number> {
  const [a, b] = await Promise.all(
    [first, second].map(async (named) => loadModel(join(models, await findVersion(models, named)))),
  );
  const found = diffModels(a, b);
  if (json) return print(found);
  const shown = (value: unknown): string =>
    typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
  const rows = found.manifest.map(({ what, first: one, second: other }) => [what, shown(one), shown(other)]);
  const { users, films, lists } = found;
  const counts = (what: string, { common, onlyFirst, onlySecond }: typeof users): string =>
    `${what}: ${common} in both, ${onlyFirst} only in the first, ${onlySecond} only in the second`;
  console.log(
    [
      ...textTable(["", found.first, found.second], rows, new Set()),
      counts("users", users),
      counts("films", films),
      lists.overlap === null
        ? "no user has a list in both"
        : `lists of ${lists.n}: ${(lists.overlap * 100).toFixed(1)} % of the films stay, over ${lists.users} users`,
    ].join("\n"),
  );
  return 0;
}

interface PruneFlags extends Shared {
  keep: number;
  dryRun: boolean;
}

async function prune({ models, json, keep, dryRun }: PruneFlags): Promise<number> {
  const removed = await pruneModels(models, { keep, dryRun });
  if (json) return print({ dryRun, removed });
  console.log(
    removed.length === 0
      ? "nothing to remove"
      : `${dryRun ? "would remove" : "removed"}\n${removed.map((version) => `  ${version}`).join("\n")}`,
  );
  return 0;
}

function print(value: unknown): number {
  console.log(JSON.stringify(value, null, 2));
  return 0;
}

asProgram(module, main);
