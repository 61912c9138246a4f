import { ACTIVITY_BANDS, POPULARITY_BANDS, type Band } from "../elastic/bands";
import { COLOURS, panelsOf, type Dashboard } from "./model";

const ratings = panelsOf("ratings", "Load ratings: there is none.");
const movies = panelsOf("movies", "Load a catalogue: there is no film.");
const lists = panelsOf(
  "recommendations",
  "No model has made lists of these ratings yet: npm start trains and exports one.",
);
const models = panelsOf("metrics", "No model was measured yet: npm start trains and measures one.");
const notebooks = panelsOf("metrics", "The notebooks recorded nothing yet: npm start runs them.");
const service = panelsOf(
  "metrics",
  "No running service was measured yet: npm run bi:dashboards -- --service names its address.",
);

const namesOf = (bands: readonly Band[]): { value: string; name: string }[] =>
  bands.map(({ band }) => ({ value: band, name: band }));

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map(
  (name, day) => ({ value: day + 1, name }),
);

const numberOfRatings = ratings.count("Ratings", COLOURS.ratings);
const meanRating = ratings.average("rating", "Mean rating (stars)", COLOURS.stars);
const activeUsers = ratings.unique("userId", "Users", COLOURS.users);
const numberOfFilms = movies.count("Films", COLOURS.films);
const listed = lists.count("Places on lists", COLOURS.lists);

const audience: Dashboard = {
  id: "audience",
  title: "Audience",
  description: "Who rates, when, and how strictly: where to ask for ratings, and from whom.",
  until: "data",
  controls: [
    ratings.options("genres", "Genre"),
    ratings.range("year", "Release year"),
    ratings.options("activityBand", "Ratings of the user"),
  ],
  panels: [
    ratings.panel("ratings", "Ratings", "metric", [0, 0, 12, 6], { metric: numberOfRatings }),
    ratings.panel("users", "Users", "metric", [12, 0, 12, 6], { metric: activeUsers }),
    ratings.panel("films", "Films rated", "metric", [24, 0, 12, 6], {
      metric: ratings.unique("movieId", "Films", COLOURS.films),
    }),
    ratings.panel("mean", "Mean rating", "metric", [36, 0, 12, 6], { metric: meanRating }),
    ratings.panel("by-month", "Ratings by month", "line", [0, 6, 24, 12], {
      metric: numberOfRatings,
      x: ratings.over("month", "Month"),
    }),
    ratings.panel("users-by-month", "Active users by month", "line", [24, 6, 24, 12], {
      metric: activeUsers,
      x: ratings.over("month", "Month"),
    }),
    ratings.panel("stars", "Ratings by stars", "column", [0, 18, 16, 13], {
      metric: numberOfRatings,
      x: ratings.byValue("rating", "Stars", 10),
    }),
    ratings.panel("week", "Ratings by hour of the week (UTC)", "heatmap", [16, 18, 32, 13], {
      metric: numberOfRatings,
      x: ratings.byValue("hour", "Hour", 24),
      y: ratings.named("weekday", "Weekday", WEEKDAYS),
    }),
    ratings.panel("by-activity", "Ratings by activity of the user", "column", [0, 31, 16, 17], {
      metric: numberOfRatings,
      x: ratings.named("activityBand", "Ratings of the user", namesOf(ACTIVITY_BANDS)),
    }),
    ratings.panel("mean-by-activity", "Mean rating by activity of the user", "column", [16, 31, 16, 17], {
      metric: meanRating,
      x: ratings.named("activityBand", "Ratings of the user", namesOf(ACTIVITY_BANDS)),
    }),
    ratings.panel("by-genre", "Ratings by genre", "bar", [32, 31, 16, 17], {
      metric: numberOfRatings,
      x: ratings.largest("genres", "Genre", 20),
    }),
  ],
};

const catalogue: Dashboard = {
  id: "catalogue",
  title: "Catalogue",
  description: "What is offered, what is watched, and what is liked: what to license, drop or promote.",
  until: "data",
  controls: [movies.options("genres", "Genre"), movies.range("year", "Release year")],
  panels: [
    movies.panel("films", "Films", "metric", [0, 0, 12, 6], { metric: numberOfFilms }),
    movies.panel("never", "Films never rated", "metric", [12, 0, 12, 6], {
      metric: numberOfFilms,
      only: [movies.where("popularityBand", "never rated")],
    }),
    movies.panel("once", "Films rated once", "metric", [24, 0, 12, 6], {
      metric: numberOfFilms,
      only: [movies.where("popularityBand", "1")],
    }),
    ratings.panel("mean", "Mean rating", "metric", [36, 0, 12, 6], { metric: meanRating }),
    movies.panel("by-popularity", "Films by number of ratings", "column", [0, 6, 24, 12], {
      metric: numberOfFilms,
      x: movies.named("popularityBand", "Ratings of the film", namesOf(POPULARITY_BANDS)),
    }),
    ratings.panel("attention", "Ratings by popularity of the film", "column", [24, 6, 24, 12], {
      metric: numberOfRatings,
      x: ratings.named("popularityBand", "Ratings of the film", namesOf(POPULARITY_BANDS)),
    }),
    movies.panel("by-genre", "Films by genre", "bar", [0, 18, 16, 17], {
      metric: numberOfFilms,
      x: movies.largest("genres", "Genre", 20),
    }),
    ratings.panel("mean-by-genre", "Mean rating by genre", "bar", [16, 18, 16, 17], {
      metric: meanRating,
      x: ratings.largest("genres", "Genre", 20),
    }),
    ratings.panel("most-rated", "Most rated films", "bar", [32, 18, 16, 17], {
      metric: numberOfRatings,
      x: ratings.largest("title", "Film", 15),
    }),
    ratings.panel("decade-genre", "Mean rating by decade and genre", "heatmap", [0, 35, 32, 20], {
      metric: meanRating,
      x: ratings.byValue("decade", "Release decade", 20),
      y: ratings.byValue("genres", "Genre", 20),
    }),
    movies.panel("by-decade", "Films by release decade", "column", [32, 35, 16, 20], {
      metric: numberOfFilms,
      x: movies.byValue("decade", "Release decade", 20),
    }),
  ],
};

const modelFigure = (label: string): ReturnType<typeof models.last> =>
  models.last("value", label, COLOURS.measure);
const ofModel = models.where("source", "model");
const ofNotebook = notebooks.where("source", "notebook");

const quality: Dashboard = {
  id: "model-quality",
  title: "Model quality",
  description: "Whether the newest model is better than the one before and than a list of popular films.",
  until: "now",
  controls: [models.options("origin", "Model or notebook")],
  panels: [
    models.panel("ndcg", "nDCG@10 of the newest model", "metric", [0, 0, 12, 6], {
      metric: modelFigure("nDCG@10"),
      only: [ofModel, models.where("name", "ndcg@10")],
    }),
    models.panel("recall", "Recall@10 of the newest model", "metric", [12, 0, 12, 6], {
      metric: modelFigure("recall@10"),
      only: [ofModel, models.where("name", "recall@10")],
    }),
    models.panel("popularity", "nDCG@10 of popular films", "metric", [24, 0, 12, 6], {
      metric: modelFigure("nDCG@10 of popularity"),
      only: [ofModel, models.where("name", "popularityNdcg@10")],
    }),
    notebooks.panel("rmse", "Test RMSE (stars)", "metric", [36, 0, 12, 6], {
      metric: modelFigure("RMSE (stars)"),
      only: [ofNotebook, notebooks.where("name", "test RMSE")],
    }),
    models.panel("by-version", "nDCG@10 by model", "column", [0, 6, 24, 14], {
      metric: modelFigure("nDCG@10"),
      x: models.byValue("origin", "Model", 20),
      only: [ofModel, models.where("name", "ndcg@10")],
    }),
    models.panel("figures", "Figures of the newest model", "bar", [24, 6, 24, 14], {
      metric: modelFigure("Value"),
      x: models.largest("name", "Figure", 20),
      only: [ofModel],
    }),
    notebooks.panel("shares", "Shares that the notebooks recorded", "bar", [0, 20, 24, 18], {
      metric: modelFigure("Value"),
      x: notebooks.largest("name", "Figure", 20),
      only: [ofNotebook, notebooks.where("unit", "share")],
    }),
    notebooks.panel("errors", "Error of the explicit model (stars)", "bar", [24, 20, 24, 18], {
      metric: modelFigure("RMSE (stars)"),
      x: notebooks.largest("name", "Figure", 20),
      only: [ofNotebook, notebooks.where("name", "validation RMSE", "test RMSE")],
    }),
  ],
};

const ofService = service.where("source", "service");

const production: Dashboard = {
  id: "recommender",
  title: "Recommender in production",
  description: "What is recommended to whom, and how the service answers: when to retrain or to intervene.",
  until: "now",
  controls: [lists.options("genres", "Genre"), lists.range("year", "Release year")],
  panels: [
    lists.panel("users", "Users with a list", "metric", [0, 0, 12, 6], {
      metric: lists.unique("userId", "Users", COLOURS.users),
    }),
    lists.panel("films", "Films recommended", "metric", [12, 0, 12, 6], {
      metric: lists.unique("movieId", "Films", COLOURS.films),
    }),
    service.panel("requests", "Requests answered", "metric", [24, 0, 12, 6], {
      metric: service.last("value", "Requests", COLOURS.measure, 0),
      only: [ofService, service.where("name", "requests")],
    }),
    service.panel("latency", "95th percentile of latency (ms)", "metric", [36, 0, 12, 6], {
      metric: service.last("value", "Latency (ms)", COLOURS.measure, 1),
      only: [ofService, service.where("name", "p95 latency")],
    }),
    lists.panel("most", "Films on most lists", "bar", [0, 6, 24, 17], {
      metric: listed,
      x: lists.largest("title", "Film", 15),
    }),
    lists.panel("by-genre", "Genres on the lists", "bar", [24, 6, 24, 17], {
      metric: listed,
      x: lists.largest("genres", "Genre", 20),
    }),
    lists.panel("by-popularity", "Lists by popularity of the film", "column", [0, 23, 16, 13], {
      metric: listed,
      x: lists.named("popularityBand", "Ratings of the film", namesOf(POPULARITY_BANDS)),
    }),
    lists.panel("who-gets-what", "Who gets popular films", "heatmap", [16, 23, 32, 13], {
      metric: listed,
      x: lists.named("popularityBand", "Ratings of the film", namesOf(POPULARITY_BANDS)),
      y: lists.named("activityBand", "Ratings of the user", namesOf(ACTIVITY_BANDS)),
    }),
    lists.panel("score", "Mean score by place on the list", "column", [0, 36, 16, 13], {
      metric: lists.average("score", "Mean score", COLOURS.measure),
      x: lists.byValue("rank", "Place", 10),
    }),
    service.panel("latency-by-day", "Latency by day", "line", [16, 36, 16, 13], {
      metric: service.max("value", "Latency (ms)", COLOURS.measure, 1),
      x: service.over("day", "Day"),
      only: [ofService, service.where("name", "p95 latency")],
    }),
    service.panel("steps", "Lists by step of the fallback ladder", "bar", [32, 36, 16, 13], {
      metric: service.last("value", "Lists", COLOURS.lists, 0),
      x: service.largest("name", "Step", 10),
      only: [ofService, service.where("unit", "lists")],
    }),
  ],
};

/** The four dashboards, in the order of their tabs. */
export const dashboards: readonly Dashboard[] = [audience, catalogue, quality, production];
