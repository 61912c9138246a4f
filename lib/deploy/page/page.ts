// The page at `/`: plain TypeScript over the server's own requests, described at /docs.

interface Film {
  movieId: number;
  title: string;
  year: number | null;
  genres: string[];
}

interface RecommendationList {
  step: keyof typeof STEPS;
  reason: string;
  items: Film[];
  notUsed?: number[];
}

interface ModelCard {
  version: string;
  kind: "explicit" | "implicit";
  options: { rank: number };
  scale: { min: number; max: number; step: number };
  users: number;
  items: number;
  ratings: number;
  data: { name: string };
  metrics: Record<string, number>;
  created: string;
  genres: string[];
  exampleUserIds: number[];
  takesEvents: boolean;
}

/** The steps of the fallback ladder, as a person would say them. */
const STEPS = {
  personal: "Made for this person, from all the ratings that the model learned from.",
  "liked-together": "Made for you: films that are liked together with those that you like.",
  "fold-in": "Made for you: your ratings are many enough for the model to place you by them.",
  "similar-users": "Made from what people like who rated the same films as you do.",
  segment: "Made from what people like who favour the same genres.",
  "genre-popular": "Well-known films of your genres: nobody's taste is near enough to go by.",
  popular: "The films with most ratings: nothing is known yet to go by.",
} as const;

/** Steps whose lists come from the person's own ratings, which can therefore give a reason for each film. */
const FROM_RATINGS = ["personal", "liked-together", "fold-in", "similar-users"];

const LIST_LENGTH = 10;
const FOUND_AT_MOST = 8;
/** Milliseconds without a key until a search is sent. */
const TYPING = 120;
/** Milliseconds that a list stands before it counts as shown: a dial that is turned passes by many. */
const SHOWN_AFTER = 1000;

function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** What the server answered that is no answer; `message` is its `detail`. */
class Problem extends Error {}

async function ask<T>(path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const reply = await fetch(
    path,
    body === undefined
      ? { signal }
      : {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
          signal,
        },
  );
  const answer = (await reply.json()) as T & { detail?: string };
  if (!reply.ok) throw new Problem(answer.detail ?? `the server answered ${reply.status}`);
  return answer;
}

const form = byId<HTMLFormElement>("who");
const userId = byId<HTMLInputElement>("user-id");
const search = byId<HTMLInputElement>("search");
const found = byId<HTMLUListElement>("found");
const rated = new Map<number, { film: Film; rating: number }>();
let card: ModelCard;

// The list.

let asking = new AbortController();

const isVisitor = (): boolean => new FormData(form).get("mode") === "visitor";
const dial = (name: string): number => Number(byId<HTMLInputElement>(name).value);
const ratings = (): { movieId: number; rating: number }[] =>
  Array.from(rated, ([movieId, { rating }]) => ({ movieId, rating }));
const chosenGenres = (): string[] =>
  [...byId("genres").querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value);

/** Asks for the list anew; an answer to an older question is dropped. */
async function refresh(): Promise<void> {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  byId("user-part").hidden = isVisitor();
  byId("visitor-part").hidden = !isVisitor();
  byId("films-heading").textContent = isVisitor() ? "For you" : `For user ${userId.value || "…"}`;
  const question = isVisitor() ? visitorQuestion() : userQuestion();
  willBeShown([]);
  if (typeof question === "string") return showList({ items: [] }, question);
  try {
    const list = await question(signal);
    showList(list, STEPS[list.step], list.reason);
    willBeShown(list.items);
    if (FROM_RATINGS.includes(list.step)) await showReasons(list.items, signal);
  } catch (error) {
    if (!signal.aborted) showProblem(error);
  }
}

type Question = (signal: AbortSignal) => Promise<RecommendationList>;

/** What to ask the server, or a sentence on what is needed first. */
function visitorQuestion(): Question | string {
  const genres = chosenGenres();
  if (rated.size === 0 && genres.length === 0)
    return "Rate a film, or choose a genre, and films for you appear here.";
  const body = {
    n: LIST_LENGTH,
    ratings: ratings(),
    ...(genres.length > 0 && { profile: { genres } }),
    diversity: dial("diversity"),
    novelty: dial("novelty"),
  };
  return (signal) => ask("/recommend", body, signal);
}

function userQuestion(): Question | string {
  if (userId.value === "" || !userId.checkValidity())
    return "Enter the id of a user: a whole number above 0.";
  const query = new URLSearchParams({
    n: String(LIST_LENGTH),
    diversity: String(dial("diversity")),
    novelty: String(dial("novelty")),
  });
  const path = `/recommend/${Number(userId.value)}?${query.toString()}`;
  return (signal) => ask(path, undefined, signal);
}

function showList({ items }: { items: Film[] }, step: string, reason = ""): void {
  byId("problem").hidden = true;
  byId("step").textContent = step;
  byId("reason").textContent = reason === "" ? "" : `${reason[0].toUpperCase()}${reason.slice(1)}.`;
  byId("list").replaceChildren(...items.map((film) => filmItem(film, tellClick)));
  byId("films-status").textContent =
    items.length === 0 ? step : `${items.length} films. ${step} First: ${items[0].title}.`;
}

function showProblem(error: unknown): void {
  const problem = byId("problem");
  problem.textContent =
    error instanceof Problem
      ? `That did not work: ${error.message}.`
      : "The server does not answer. Is it running?";
  problem.hidden = false;
}

function filmItem(film: Film, onChosen?: (movieId: number) => void): HTMLLIElement {
  const why = element("p", { className: "why" });
  why.dataset.movieId = String(film.movieId);
  const similar = element("button", { type: "button", textContent: "Similar" });
  similar.setAttribute("aria-label", `Films similar to ${film.title}`);
  similar.addEventListener("click", () => {
    onChosen?.(film.movieId);
    void showSimilar(film, similar);
  });
  const rate = element("button", { type: "button", textContent: "Rate" });
  rate.setAttribute("aria-label", `Rate ${film.title}`);
  rate.addEventListener("click", () => {
    onChosen?.(film.movieId);
    addRating(film);
  });
  const actions = element("div", { className: "actions" }, similar, ...(isVisitor() ? [rate] : []));
  return element(
    "li",
    {},
    element(
      "div",
      {},
      element("h3", { textContent: film.title }),
      element("p", { className: "genres", textContent: film.genres.join(", ") }),
      why,
    ),
    actions,
  );
}

async function showReasons(films: Film[], signal: AbortSignal): Promise<void> {
  const path = isVisitor() ? "/explain" : `/explain/${Number(userId.value)}`;
  const visitor = isVisitor() ? { ratings: ratings() } : undefined;
  await Promise.all(
    films.map(async ({ movieId }) => {
      const reason = await (visitor
        ? ask<{ words: string }>(path, { ...visitor, movieId }, signal)
        : ask<{ words: string }>(`${path}/${movieId}`, undefined, signal));
      const why = byId("list").querySelector(`[data-movie-id="${movieId}"]`);
      if (why && !signal.aborted) why.textContent = `${reason.words}.`;
    }),
  );
}

let similarAskedBy: HTMLElement | undefined;

async function showSimilar(film: Film, askedBy: HTMLElement): Promise<void> {
  try {
    const { items } = await ask<{ items: Film[] }>(`/similar/${film.movieId}?n=5`);
    similarAskedBy = askedBy;
    byId("similar-heading").textContent = `Films like ${film.title}`;
    byId("similar-list").replaceChildren(...items.map((other) => filmItem(other)));
    byId("similar").hidden = false;
    byId("similar-heading").focus();
  } catch (error) {
    showProblem(error);
  }
}

byId("close-similar").addEventListener("click", () => {
  byId("similar").hidden = true;
  (similarAskedBy?.isConnected ? similarAskedBy : byId("films")).focus();
});

// What was shown and chosen, told to the server where it takes events.

interface Impression {
  type: "impression";
  listId: string;
  userId?: number;
  movieIds: number[];
}

let shown: Impression | undefined;
let shownTold = false;
let showing: ReturnType<typeof setTimeout> | undefined;

/** The list that stands from now on, or none. */
function willBeShown(films: Film[]): void {
  clearTimeout(showing);
  shown = undefined;
  if (films.length === 0) return;
  shown = {
    type: "impression",
    listId: [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join(""),
    ...(isVisitor() ? {} : { userId: Number(userId.value) }),
    movieIds: films.map(({ movieId }) => movieId),
  };
  shownTold = false;
  showing = setTimeout(() => tell(impressionOnce()), SHOWN_AFTER);
}

function impressionOnce(): Impression[] {
  const untold = shown && !shownTold ? [shown] : [];
  shownTold = true;
  return untold;
}

/** A film of the list was chosen, to see similar ones or to rate it. */
function tellClick(movieId: number): void {
  if (!shown) return;
  const { listId, userId } = shown;
  tell([
    ...impressionOnce(),
    { type: "click", movieId, listId, ...(userId === undefined ? {} : { userId }) },
  ]);
}

function tell(events: object[]): void {
  if (!card.takesEvents || events.length === 0) return;
  // Nobody waits for it, and one that cannot be stored is counted by the server and no concern of who looks at films.
  fetch("/events", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ events }),
    keepalive: true,
  }).catch(() => undefined);
}

// The search box: a combobox with a list, as the ARIA Authoring Practices describe it.

let searching = new AbortController();
let typing: ReturnType<typeof setTimeout> | undefined;
let films: Film[] = [];
let active = -1;

search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => void find(), TYPING);
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeFound();
  // Elsewhere in a form Enter would send it.
  else if (event.key === "Enter") {
    event.preventDefault();
    if (active >= 0) choose(active);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && films.length > 0) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    activate(active < 0 && step < 0 ? films.length - 1 : (active + step + films.length) % films.length);
  }
});
search.addEventListener("blur", closeFound);
// Before the box loses the focus, which would close the list under the pointer.
found.addEventListener("mousedown", (event) => event.preventDefault());
found.addEventListener("click", (event) => {
  const option = (event.target as Element).closest("li");
  if (option) choose([...found.children].indexOf(option));
});

async function find(): Promise<void> {
  searching.abort();
  searching = new AbortController();
  const { signal } = searching;
  const query = search.value.trim();
  if (query === "") return closeFound();
  try {
    const path = `/movies?${new URLSearchParams({ q: query.slice(0, 200), n: String(FOUND_AT_MOST) }).toString()}`;
    const { items } = await ask<{ items: Film[] }>(path, undefined, signal);
    films = items;
    found.replaceChildren(
      ...films.map(({ title }, k) => {
        const option = element("li", { id: `found-${k}`, textContent: title });
        option.setAttribute("role", "option");
        return option;
      }),
    );
    found.hidden = films.length === 0;
    search.setAttribute("aria-expanded", String(films.length > 0));
    activate(films.length > 0 ? 0 : -1);
    byId("search-status").textContent =
      films.length === 0 ? `No film is like “${query}”.` : `${films.length} films found.`;
    byId("search-hint").textContent =
      films.length === 0
        ? `No film is like “${query}”.`
        : "Slips of the finger are forgiven. Arrow keys and Enter choose.";
  } catch (error) {
    if (!signal.aborted) showProblem(error);
  }
}

function activate(at: number): void {
  active = at;
  [...found.children].forEach((option, k) => option.setAttribute("aria-selected", String(k === at)));
  if (at < 0) search.removeAttribute("aria-activedescendant");
  else search.setAttribute("aria-activedescendant", `found-${at}`);
  found.children[at]?.scrollIntoView({ block: "nearest" });
}

function closeFound(): void {
  clearTimeout(typing);
  searching.abort();
  films = [];
  found.hidden = true;
  found.replaceChildren();
  search.setAttribute("aria-expanded", "false");
  activate(-1);
}

function choose(at: number): void {
  const film = films[at];
  search.value = "";
  closeFound();
  addRating(film);
}

// The visitor's ratings.

/** Adds the film with good stars, which the person may change, and goes to its stars. */
function addRating(film: Film): void {
  const { min, max, step } = card.scale;
  if (!rated.has(film.movieId))
    rated.set(film.movieId, { film, rating: max - Math.round((max - min) / 5 / step) * step });
  showRated();
  byId("rated").querySelector<HTMLElement>(`select[data-movie-id="${film.movieId}"]`)?.focus();
  void refresh();
}

function showRated(): void {
  byId("none-rated").hidden = rated.size > 0;
  byId("rated").replaceChildren(...[...rated.values()].map(({ film, rating }) => ratedItem(film, rating)));
}

function ratedItem(film: Film, rating: number): HTMLLIElement {
  const { min, max, step } = card.scale;
  const select = element("select");
  select.dataset.movieId = String(film.movieId);
  select.setAttribute("aria-label", `Stars for ${film.title}`);
  for (let stars = max; stars >= min; stars -= step)
    select.append(
      element("option", { value: String(stars), textContent: `${stars} ★`, selected: stars === rating }),
    );
  select.addEventListener("change", () => {
    rated.set(film.movieId, { film, rating: Number(select.value) });
    void refresh();
  });
  const remove = element("button", { type: "button", textContent: "✕" });
  remove.setAttribute("aria-label", `Remove ${film.title}`);
  remove.addEventListener("click", () => {
    rated.delete(film.movieId);
    showRated();
    search.focus();
    void refresh();
  });
  return element("li", {}, element("span", { textContent: film.title }), select, remove);
}

// The model's card, and the start.

function showCard(): void {
  const count = (value: number): string => value.toLocaleString("en");
  const kind =
    card.kind === "explicit"
      ? "predicts stars (explicit feedback)"
      : "predicts preference (implicit feedback)";
  const rows: [string, string][] = [
    ["Version", card.version],
    ["Kind", `Matrix factorisation of rank ${card.options.rank}; ${kind}`],
    [
      "Learned from",
      `${count(card.ratings)} ratings of ${count(card.items)} films by ${count(card.users)} users (${card.data.name})`,
    ],
    ["Made on", new Date(card.created).toLocaleDateString("en", { dateStyle: "long", timeZone: "UTC" })],
    ...Object.entries(card.metrics).map(([name, value]): [string, string] => [
      `Measured ${name}`,
      String(Number(value.toPrecision(4))),
    ]),
    [
      "Know its limits",
      "It knows ratings, not films: what few have rated it can hardly place, and what many have rated comes up often.",
    ],
  ];
  byId("card").replaceChildren(
    ...rows.flatMap(([term, value]) => [
      element("dt", { textContent: term }),
      element("dd", { textContent: value }),
    ]),
  );
}

async function start(): Promise<void> {
  try {
    card = await ask<ModelCard>("/model");
  } catch (error) {
    return showProblem(error);
  }
  showCard();
  byId("examples").textContent =
    `Such as ${card.exampleUserIds.join(", ")}. For others the list falls back, and says so.`;
  byId("genres").replaceChildren(
    ...card.genres.map((genre) =>
      element("label", {}, element("input", { type: "checkbox", name: "genre", value: genre }), genre),
    ),
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    if (target === search || (target as Element).matches("select")) return;
    for (const name of ["diversity", "novelty"]) byId(`${name}-value`).textContent = String(dial(name));
    void refresh();
  });
  await refresh();
}

void start();

export {};
