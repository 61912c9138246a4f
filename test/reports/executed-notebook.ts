import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  chartBundle,
  findingBundle,
  metricBundle,
  provenanceBundle,
  tableBundle,
} from "@movielens/lib/notebook";

type Output = Record<string, unknown>;
type Cell = Record<string, unknown>;

export const markdown = (source: string): Cell => ({ cell_type: "markdown", metadata: {}, source });

export const code = (source: string, ...outputs: Output[]): Cell => ({
  cell_type: "code",
  metadata: {},
  execution_count: 1,
  source,
  outputs,
});

export const show = (bundle: object): Output => ({ output_type: "display_data", ...bundle });

export const print = (text: string): Output => ({ output_type: "stream", name: "stdout", text });

/** Writes cells as the executed notebook `name` and returns its path. */
export function writeExecuted(folder: string, name: string, cells: Cell[]): string {
  const path = join(folder, `${name}.ipynb`);
  const movielens = {
    executedAt: "2020-02-29T23:30:00Z",
    seconds: 4,
    source: `notebooks/02-data/${name}.ipynb`,
  };
  const numbered = cells.map((cell, at) => ({ id: `cell-${at}`, ...cell }));
  writeFileSync(
    path,
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { movielens }, cells: numbered }),
  );
  return path;
}

/** A notebook with one of everything that lib/notebook shows. */
export function oneOfEverything(): Cell[] {
  const years = [1996, 1997, 1998, 1999, 2000];
  const ratings = [6040, 1916, 507, 2439, 10061];
  const bars = chartBundle(
    {
      data: [{ type: "bar", x: years, y: ratings }],
      layout: { xaxis: { title: { text: "Year" } }, yaxis: { title: { text: "Ratings" } } },
    },
    {
      title: "Ratings come in bursts",
      caption: "Ratings per year.",
      alt: "Bars of ratings per year; 2000 is highest.",
    },
  );
  const heat = chartBundle(
    {
      data: [
        {
          type: "heatmap",
          x: ["0.01", "0.1"],
          y: ["8", "16"],
          z: [
            [0.92, 0.87],
            [0.95, 0.88],
          ],
        },
      ],
    },
    { caption: "Validation RMSE by rank and λ.", alt: "Heat map; λ 0.1 is best." },
  );
  const wide = years.map((year) =>
    Object.fromEntries([["year", year], ...ratings.map((n, at) => [`a long column name ${at}`, n * year])]),
  );
  return [
    markdown(
      "# A few films get *most* ratings\n\nThe shape of the data decides which models can work.\n\nA ticket costs from $5 to $10.",
    ),
    code(
      'const data = await loadDataset("data/ml-latest-small"); // why\nconsole.log(data.users.length);',
      print("100836\n"),
      show(
        provenanceBundle({
          dataName: "ml-latest-small",
          dataHash: "ab".repeat(32),
          seed: 42,
          parameters: { rank: 32, folder: "data" },
        }),
      ),
    ),
    markdown(
      [
        "## How much is there?",
        "The model predicts $\\hat r_{ui} = \\mu + b_u + b_i + p_u^\\top q_i$ where $a<b$ and `$HOME` or `a_b_c`, \\$7.",
        "$$\n\\min_{P,Q} \\sum_{(u,i) \\in K} (r_{ui} - \\hat r_{ui})^2 + \\lambda \\left( \\lVert p_u \\rVert^2 + \\lVert q_i \\rVert^2 \\right) + \\frac{1}{n}\\sum_{j=1}^{n} x_j + \\frac{1}{m}\\sum_{j=1}^{m} y_j\n$$",
        "Seen in [preparation](../03-prep/data-preparation.ipynb), [modeling](../04-model/modeling.ipynb), [code](../../lib/als/index.ts), [below](#Who-rates).",
        "```bash\necho $$ $HOME\n```",
      ].join("\n\n"),
    ),
    code(
      "showChart(bars);",
      show(bars),
      show(findingBundle("In 2000 there were **10,061**, $\\frac{10061}{507}$ times 1998.")),
    ),
    code(
      "record();",
      show(metricBundle("ratings", 100836)),
      show(metricBundle("test_rmse", 0.8712, { unit: "stars" })),
    ),
    markdown("#### Who rates"),
    code("showTable(wide);", show(tableBundle(wide, { caption: "A wide table.", maxRows: 3 }))),
    code(
      "showChart(heat);",
      show(heat),
      print(Array.from({ length: 20 }, (_, i) => `iteration ${i}`).join("\n")),
    ),
    markdown("## What to do\n\nBuy `few` films."),
  ];
}
