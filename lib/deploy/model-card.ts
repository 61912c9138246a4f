import { seededRandom, shuffle, WorkspaceError, type Dataset } from "../data";
import { popularity, type Lister, type ServedModel } from "../recommend";

/** Users whose lists of ten the card describes; drawn with a fixed seed, so that the same model has the same card. */
const LISTS = 200;
const LIST_LENGTH = 10;
/** Below so many ratings a film or a user is called hardly known. */
const FEW = 5;

/**
 * The card of a model, in Markdown: what it learned from, how well it does, what it cannot do, and which biases of the
 * ratings it carries on. Every figure is computed here, from the model and the data set that it was trained on.
 * Source of the headings: Mitchell et al. 2019, "Model Cards for Model Reporting", FAT*.
 * @param metrics as measured by whoever exports the model, by name
 */
export function writeModelCard(
  served: ServedModel,
  dataset: Dataset,
  metrics: Record<string, number>,
): string {
  const { model, lister } = served;
  const { options, ratings, userIds, itemIds, scale } = model.parts;
  if (ratings.columns.length === 0) throw new WorkspaceError("MODEL_INVALID", "the model has no rating");
  const byItem = popularity(ratings).map((count) => Math.max(0, count));
  const byUser = Float64Array.from(userIds, (_, user) => ratings.rowStart[user + 1] - ratings.rowStart[user]);
  const popular = topTenth(byItem);
  const lists = listsOf(served, popular);
  const [from, to] = range(dataset.timestamps);
  const sparsity = 1 - ratings.columns.length / (userIds.length * itemIds.length);
  const share = (part: number): string => `${(part * 100).toFixed(1)} %`;
  const count = (value: number): string => value.toLocaleString("en");
  const few = (counts: Float64Array): string => share(counts.filter((n) => n < FEW).length / counts.length);
  const unrated = dataset.movies.size - itemIds.length;
  const meanStars = ratings.values.reduce((sum, stars) => sum + stars, 0) / ratings.values.length;
  const kind =
    options.feedback === "explicit"
      ? `stars from ${scale.min} to ${scale.max}`
      : "preference, from what is rated at all";

  return `# Model card

## Model
Matrix factorisation by alternating least squares, ${options.feedback} feedback: predicts ${kind}. Options of the training: \`${JSON.stringify(options)}\`.

${listerLine(lister)}

Meant for: lists of films for users of the data below and for visitors who rate some films. Not meant for: decisions about people, or other catalogues than the one that it learned from.

## Data
- ${dataset.name}, SHA-256 \`${dataset.hash}\`
- ${count(ratings.columns.length)} ratings by ${count(userIds.length)} users of ${count(itemIds.length)} films, ${day(from)} to ${day(to)}; mean ${meanStars.toFixed(2)} stars; ${share(sparsity)} of all pairs of user and film are without a rating

## Quality
${metricLines(metrics)}

## Limits
- ${count(unrated)} of ${count(dataset.movies.size)} films have no rating and are never recommended.
- ${few(byItem)} of the rated films have fewer than ${FEW} ratings: little is known of whom they please.
- ${few(byUser)} of the users have fewer than ${FEW} ratings.
- It knows nothing after ${day(to)}; tastes and films since then need a new training.
- Users who are not in the data get lists by the fallback ladder, which says which step it used.

## Biases
- Popularity: the most rated tenth of the films has ${share(concentration(byItem))} of the ratings, and ${share(lists.popularShare)} of the places in lists of ${LIST_LENGTH} for ${count(lists.users)} users. Those lists hold ${count(lists.films)} different films, ${share(lists.films / itemIds.length)} of the catalogue.
- Activity: the most active tenth of the users gave ${share(concentration(byUser))} of the ratings, so their taste weighs most.
- Genre: ${genreLine(served, dataset, lists.items)}
- Selection: people rate what they chose to watch; what nobody chose is not thereby bad.
`;
}

function listerLine(lister: Lister | undefined): string {
  if (!lister) return "Lists are made by the same factors; the model has no lister.";
  const { options, weights } = lister.parts;
  const films = weights.rowStart.filter((start, row) => row > 0 && start > weights.rowStart[row - 1]).length;
  return (
    "Lists of users who like something, and of visitors with likes enough, are made by a lister: " +
    `${weights.columns.length.toLocaleString("en")} weights between pairs of ${films.toLocaleString("en")} films that are liked together, ` +
    "learned in closed form; a film scores the sum of the weights that lead to it. The factors predict stars, and find films alike. " +
    `Options of the lister: \`${JSON.stringify(options)}\`. The weights are sums over all users who like both films of a pair, and name none of them.`
  );
}

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

function metricLines(metrics: Record<string, number>): string {
  const lines = Object.entries(metrics).map(([name, value]) => `- ${name}: ${Number(value.toPrecision(4))}`);
  return lines.length > 0
    ? lines.join("\n")
    : "Not measured by whoever exported it; the promotion gate measures its recipe.";
}

function range(values: Float64Array): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Positions of the tenth with the highest counts, one at least. */
function topTenth(counts: Float64Array): Set<number> {
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  return new Set(order.slice(0, Math.ceil(counts.length / 10)));
}

function concentration(counts: Float64Array): number {
  let top = 0;
  for (const at of topTenth(counts)) top += counts[at];
  return top / counts.reduce((sum, n) => sum + n, 0);
}

function listsOf(
  served: ServedModel,
  popular: ReadonlySet<number>,
): { users: number; films: number; popularShare: number; items: number[] } {
  const users = shuffle(
    Uint32Array.from({ length: served.users }, (_, user) => user),
    seededRandom(1),
  ).subarray(0, LISTS);
  const items = Array.from(users, (user) =>
    served.recommend(user, LIST_LENGTH).map(({ item }) => item),
  ).flat();
  return {
    users: users.length,
    films: new Set(items).size,
    popularShare: items.filter((item) => popular.has(item)).length / Math.max(1, items.length),
    items,
  };
}

/** The genre that lists have most too much of and the one that they have most too little of, against the ratings. */
function genreLine({ model }: ServedModel, dataset: Dataset, recommended: readonly number[]): string {
  const { itemIds, ratings } = model.parts;
  const shares = (items: ArrayLike<number>): Map<string, number> => {
    const counts = new Map<string, number>();
    let sum = 0;
    for (let at = 0; at < items.length; at++)
      for (const genre of dataset.movies.get(itemIds[items[at]])?.genres ?? []) {
        counts.set(genre, (counts.get(genre) ?? 0) + 1);
        sum++;
      }
    return new Map([...counts].map(([genre, count]) => [genre, count / sum]));
  };
  const [rated, listed] = [shares(ratings.columns), shares(recommended)];
  const differences = [...rated]
    .map(([genre, share]) => ({ genre, share, listed: listed.get(genre) ?? 0 }))
    .sort((a, b) => b.listed - b.share - (a.listed - a.share) || a.genre.localeCompare(b.genre));
  if (differences.length === 0) return "the films have no genres.";
  const told = ({ genre, share, listed: own }: (typeof differences)[number]): string =>
    `${genre} (${(share * 100).toFixed(1)} % of the ratings, ${(own * 100).toFixed(1)} % of the lists)`;
  return `lists have more than the ratings of ${told(differences[0])}, and less of ${told(differences[differences.length - 1])}; a film counts once for each of its genres.`;
}
