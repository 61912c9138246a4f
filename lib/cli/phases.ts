/** A notebook of the CRISP-DM sequence, paths relative to the project. */
export interface Phase {
  /** Folder of the phase, e.g. "03-prep". */
  folder: string;
  title: string;
  notebook: string;
  /** False for a notebook beside the main one of its phase, on which no later phase builds. */
  main: boolean;
  /** Files or folders that the notebook leaves behind for later phases; a phase without them is not up to date. */
  products: string[];
  /** Environment variables that say where the notebook's answers come from, beside its parameters MOVIELENS_…. */
  variables: string[];
}

const SPARK = ["SPARK_REMOTE"];
const ELASTICSEARCH = ["ELASTICSEARCH_URL", "ELASTICSEARCH_CLOUD_ID"];

/** The notebooks of the six phases in the order in which `npm start` runs them. */
export const notebooks: readonly Phase[] = [
  phase("01-business", "Business understanding", "business-understanding", []),
  phase("02-data", "Data understanding", "data-understanding", [], SPARK),
  {
    ...phase("02-data", "Business intelligence", "business-intelligence", [], [...SPARK, ...ELASTICSEARCH]),
    main: false,
  },
  phase("03-prep", "Data preparation", "data-preparation", ["data/interim"]),
  phase("04-model", "Modeling", "modeling", ["data/interim"], SPARK),
  { ...phase("04-model", "On Spark", "on-spark", [], SPARK), main: false },
  phase("05-eval", "Evaluation", "evaluation", []),
  phase("06-deploy", "Deployment", "deployment", ["models"], SPARK),
  { ...phase("06-deploy", "Monitoring", "monitoring", []), main: false },
];

/** The six phases: the main notebook of each. */
export const phases: readonly Phase[] = notebooks.filter(({ main }) => main);

function phase(
  folder: string,
  title: string,
  name: string,
  products: string[],
  variables: string[] = [],
): Phase {
  return { folder, title, notebook: `notebooks/${folder}/${name}.ipynb`, main: true, products, variables };
}
