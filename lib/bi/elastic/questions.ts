import { WorkspaceError } from "../../data";
import { queryNamed, queryParameters, type QueryName, type QueryParameters, type QueryRow } from "../queries";
import {
  aggregate,
  bucketsOf,
  deviation,
  distinct,
  exactMedian,
  firstDocuments,
  inside,
  mean,
  meanOf,
  only,
  periods,
  ranges,
  spread,
  sum,
  terms,
  valueOf,
  type Bucket,
} from "./aggregate";
import { ACTIVITY_BANDS, LIFESPAN_BANDS, POPULARITY_BANDS, type Band } from "./bands";
import type { ElasticConnection } from "./connection";
import { deviationOf } from "./facts";
import type { IndexDocument } from "./indices";

type Answer<N extends QueryName> = (
  connection: ElasticConnection,
  parameters: Record<string, number>,
) => Promise<QueryRow<N>[]>;

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September"],
  ...["October", "November", "December"],
];
const FUNNEL = [1, 20, 50, 100, 200, 500, 1000];
/** Counting distinct values takes memory in each bucket, and tags make many small ones. */
const ENOUGH_FOR_A_TAG = 1000;
const DAY_SECONDS = 86_400;

const total = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((all, row) => all + of(row), 0);
const countOf = ({ doc_count }: Bucket): number => doc_count;
const yearOf = ({ key }: Bucket): number => new Date(key as number).getUTCFullYear();
const monthOf = ({ key }: Bucket): number => new Date(key as number).getUTCMonth() + 1;
/** The bucket of a value, where there is one. */
const byKey = (buckets: Bucket[]): Map<number | string, Bucket> =>
  new Map(buckets.map((bucket) => [bucket.key, bucket]));
/** Buckets of bands, in the order of the bands. */
const inOrder = (of: readonly Band[], buckets: Bucket[]): Bucket[] => {
  const found = byKey(buckets);
  return of.flatMap(({ band }) => found.get(band) ?? []);
};
/** The first rating of a user: as many as there are new users. */
const NEW_USER = { term: { place: 1 } };

/** Median, with the mean of the two in the middle, of values that come with their counts, ascending. */
function medianOf(buckets: Bucket[]): number {
  const documents = total(buckets, countOf);
  const at = (rank: number): number => {
    let left = rank;
    for (const { key, doc_count } of buckets) {
      if (left < doc_count) return key as number;
      left -= doc_count;
    }
    return Number(buckets[buckets.length - 1].key);
  };
  return (at(Math.floor((documents - 1) / 2)) + at(Math.floor(documents / 2))) / 2;
}

/** Ratings per member with how many members have so many, from most to fewest. */
async function sizes(
  connection: ElasticConnection,
  side: "movies" | "users",
): Promise<{ ratings: number; members: number }[]> {
  const { of } = await aggregate(
    connection,
    side,
    { sizes: terms("ratings") },
    { range: { ratings: { gte: 1 } } },
  );
  return bucketsOf(of.sizes)
    .map(({ key, doc_count }) => ({ ratings: key as number, members: doc_count }))
    .reverse();
}

/** Users whose month m had ended before the data does, for each m up to `maxMonths`. */
function eligible(observedMonths: Bucket[], maxMonths: number): { month: number; users: number }[] {
  return Array.from({ length: maxMonths + 1 }, (_, month) => ({
    month,
    users: total(observedMonths, ({ key, doc_count }) => ((key as number) > month ? doc_count : 0)),
  })).filter(({ users }) => users > 0);
}

const inCompleteMonths = (maxMonths: number): object => ({
  bool: { filter: [{ term: { monthComplete: true } }, { range: { monthOfUser: { lte: maxMonths } } }] },
});

/** The questions that Elasticsearch can answer from the five indices; `queries` has the words, decisions and parameters. */
const answers: { readonly [N in QueryName]?: Answer<N> } = {
  "ratings-by-year": async (connection) => {
    const { documents, of } = await aggregate(connection, "ratings", {
      years: periods(
        "year",
        {
          users: distinct("userId"),
          newcomers: only(NEW_USER),
          movies: distinct("movieId"),
          mean: mean("rating"),
        },
        true,
      ),
    });
    return bucketsOf(of.years).map((year) => ({
      year: yearOf(year),
      ratings: year.doc_count,
      share: year.doc_count / documents,
      activeUsers: valueOf(year, "users"),
      newUsers: inside(year, "newcomers").doc_count!,
      ratedMovies: valueOf(year, "movies"),
      meanRating: meanOf(year, "mean"),
    }));
  },

  "ratings-by-month": async (connection) => {
    const { of } = await aggregate(connection, "ratings", {
      months: periods(
        "month",
        { users: distinct("userId"), newcomers: only(NEW_USER), mean: mean("rating") },
        true,
      ),
    });
    return bucketsOf(of.months).map((month) => ({
      month: `${yearOf(month)}-${String(monthOf(month)).padStart(2, "0")}`,
      ratings: month.doc_count,
      activeUsers: valueOf(month, "users"),
      newUsers: inside(month, "newcomers").doc_count!,
      meanRating: meanOf(month, "mean"),
    }));
  },

  "time-rollup": async (connection) => {
    const figures = { users: distinct("userId"), mean: mean("rating") };
    const { documents, of } = await aggregate(connection, "ratings", {
      ...figures,
      years: periods("year", figures),
      quarters: periods("quarter", figures),
      months: periods("month", figures),
    });
    const row = (level: string, bucket: Bucket, quarter: number | null, month: number | null) => ({
      level,
      year: yearOf(bucket),
      quarter,
      monthOfYear: month,
      ratings: bucket.doc_count,
      activeUsers: valueOf(bucket, "users"),
      meanRating: meanOf(bucket, "mean")!,
    });
    const quarterOf = (bucket: Bucket): number => Math.ceil(monthOf(bucket) / 3);
    const same = (a: Bucket) => (b: Bucket) => yearOf(a) === yearOf(b);
    return [
      {
        ...{ level: "all", year: null, quarter: null, monthOfYear: null, ratings: documents },
        activeUsers: of.users.value!,
        meanRating: of.mean.value!,
      },
      ...bucketsOf(of.years).flatMap((year) => [
        row("year", year, null, null),
        ...bucketsOf(of.quarters)
          .filter(same(year))
          .flatMap((quarter) => [
            row("quarter", quarter, quarterOf(quarter), null),
            ...bucketsOf(of.months)
              .filter((month) => same(year)(month) && quarterOf(month) === quarterOf(quarter))
              .map((month) => row("month", month, quarterOf(month), monthOf(month))),
          ]),
      ]),
    ];
  },

  "activity-by-hour": async (connection) => {
    const { documents, of } = await aggregate(connection, "ratings", {
      hours: terms("hour", { users: distinct("userId"), mean: mean("rating") }),
    });
    const hours = byKey(bucketsOf(of.hours));
    return Array.from({ length: 24 }, (_, hour) => {
      const found = hours.get(hour);
      return {
        hour,
        ratings: found?.doc_count ?? 0,
        share: (found?.doc_count ?? 0) / documents,
        users: found ? valueOf(found, "users") : 0,
        meanRating: found ? meanOf(found, "mean") : null,
      };
    });
  },

  "activity-by-weekday": async (connection) => {
    const { documents, of } = await aggregate(connection, "ratings", {
      days: terms("weekday", { users: distinct("userId"), mean: mean("rating") }),
    });
    const days = byKey(bucketsOf(of.days));
    return WEEKDAYS.map((weekdayName, day) => {
      const found = days.get(day + 1);
      return {
        weekday: day + 1,
        weekdayName,
        ratings: found?.doc_count ?? 0,
        share: (found?.doc_count ?? 0) / documents,
        users: found ? valueOf(found, "users") : 0,
        meanRating: found ? meanOf(found, "mean") : null,
      };
    });
  },

  "activity-heatmap": async (connection) => {
    const { documents, of } = await aggregate(connection, "ratings", {
      days: terms("weekday", { hours: terms("hour", { users: distinct("userId") }) }),
    });
    const days = byKey(bucketsOf(of.days));
    return WEEKDAYS.flatMap((weekdayName, day) => {
      const found = days.get(day + 1);
      const hours = byKey(found ? bucketsOf(inside(found, "hours")) : []);
      return Array.from({ length: 24 }, (_, hour) => {
        const cell = hours.get(hour);
        return {
          weekday: day + 1,
          weekdayName,
          hour,
          ratings: cell?.doc_count ?? 0,
          share: (cell?.doc_count ?? 0) / documents,
          users: cell ? valueOf(cell, "users") : 0,
        };
      });
    });
  },

  seasonality: async (connection) => {
    const { documents, of } = await aggregate(connection, "ratings", {
      months: periods("month", { stars: sum("rating") }),
    });
    const cells = bucketsOf(of.months);
    const [firstYear, lastYear] = [yearOf(cells[0]), yearOf(cells[cells.length - 1])];
    const complete = cells.filter((cell) => yearOf(cell) > firstYear && yearOf(cell) < lastYear);
    const years = [...new Set(complete.map(yearOf))];
    const ofYear = new Map(
      years.map((year) => [
        year,
        total(
          complete.filter((cell) => yearOf(cell) === year),
          countOf,
        ),
      ]),
    );
    return MONTHS.map((monthName, at) => {
      const own = cells.filter((cell) => monthOf(cell) === at + 1);
      const ratings = total(own, countOf);
      const completeOwn = complete.filter((cell) => monthOf(cell) === at + 1);
      const completeYearRatings = total(completeOwn, countOf);
      const shares = years
        .map((year) => {
          const cell = completeOwn.find((each) => yearOf(each) === year);
          return (cell?.doc_count ?? 0) / ofYear.get(year)!;
        })
        .sort((a, b) => a - b);
      const middle =
        (shares[Math.floor((shares.length - 1) / 2)] + shares[Math.floor(shares.length / 2)]) / 2;
      return {
        monthOfYear: at + 1,
        monthName,
        ratings,
        share: ratings / documents,
        meanRating: ratings > 0 ? total(own, (cell) => valueOf(cell, "stars")) / ratings : null,
        completeYearRatings,
        seasonalIndex: years.length > 0 ? (completeYearRatings * 12) / total(complete, countOf) : null,
        medianShareOfYear: years.length > 0 ? middle : null,
      };
    });
  },

  "rating-distribution": async (connection) => {
    const { documents, of } = await aggregate(connection, "ratings", { stars: terms("rating") });
    let below = 0;
    return bucketsOf(of.stars).map(({ key, doc_count }) => {
      below += doc_count;
      return {
        rating: key as number,
        ratings: doc_count,
        share: doc_count / documents,
        cumulativeShare: below / documents,
      };
    });
  },

  "half-stars-by-year": async (connection) => {
    const { of } = await aggregate(connection, "ratings", {
      years: periods("year", { stars: terms("rating"), mean: mean("rating") }),
    });
    return bucketsOf(of.years).map((year) => {
      const halfStars = total(bucketsOf(inside(year, "stars")), ({ key, doc_count }) =>
        Number.isInteger(key) ? 0 : doc_count,
      );
      return {
        year: yearOf(year),
        ratings: year.doc_count,
        wholeStars: year.doc_count - halfStars,
        halfStars,
        halfStarShare: halfStars / year.doc_count,
        meanRating: meanOf(year, "mean")!,
      };
    });
  },

  "rating-bias-by-activity": async (connection) => {
    const { of } = await aggregate(connection, "users", {
      bands: terms("activityBand", {
        ratings: sum("ratings"),
        stars: sum("ratingSum"),
        means: spread("meanRating"),
      }),
    });
    return inOrder(ACTIVITY_BANDS, bucketsOf(of.bands)).map((band) => ({
      band: band.key as string,
      users: band.doc_count,
      ratings: valueOf(band, "ratings"),
      meanRating: valueOf(band, "stars") / valueOf(band, "ratings"),
      meanOfUserMeans: inside(band, "means").avg!,
      deviationOfUserMeans: deviation(inside(band, "means"))!,
    }));
  },

  "rater-strictness": async (connection) => {
    const { documents, of } = await aggregate(connection, "users", {
      bins: { histogram: { field: "meanRating", interval: 0.25, min_doc_count: 1 } },
    });
    return bucketsOf(of.bins).map(({ key, doc_count }) => ({
      meanFrom: key as number,
      meanTo: (key as number) + 0.25,
      users: doc_count,
      share: doc_count / documents,
    }));
  },

  "rating-by-experience": async (connection) => {
    const { of } = await aggregate(connection, "ratings", {
      places: ranges("place", ACTIVITY_BANDS, {
        users: distinct("userId"),
        mean: mean("rating"),
        above: mean("ratingMinusUserMean"),
      }),
    });
    return bucketsOf(of.places)
      .filter(({ doc_count }) => doc_count > 0)
      .map((place) => ({
        position: place.key as string,
        ratings: place.doc_count,
        users: valueOf(place, "users"),
        meanRating: meanOf(place, "mean")!,
        meanMinusUserMean: meanOf(place, "above")!,
      }));
  },

  "genre-share": async (connection) => {
    const { documents, of } = await aggregate(connection, "movies", {
      all: sum("ratings"),
      genres: terms("genres", {
        ratings: sum("ratings"),
        stars: sum("ratingSum"),
        squares: sum("squareSum"),
      }),
    });
    return bucketsOf(of.genres)
      .map((genre) => {
        const ratings = valueOf(genre, "ratings");
        const stars = valueOf(genre, "stars");
        return {
          genre: genre.key as string,
          movies: genre.doc_count,
          movieShare: genre.doc_count / documents,
          ratings,
          ratingShare: ratings / of.all.value!,
          ratingsPerMovie: ratings / genre.doc_count,
          meanRating: ratings > 0 ? stars / ratings : null,
          deviation: ratings > 0 ? deviationOf(ratings, stars, valueOf(genre, "squares")) : null,
        };
      })
      .sort((a, b) => b.ratings - a.ratings || (a.genre < b.genre ? -1 : 1));
  },

  "genre-by-year": async (connection) => {
    const { of } = await aggregate(connection, "ratings", {
      years: periods("year", { genres: terms("genres", { mean: mean("rating") }) }),
    });
    return bucketsOf(of.years).flatMap((year) =>
      bucketsOf(inside(year, "genres")).map((genre) => ({
        year: yearOf(year),
        genre: genre.key as string,
        ratings: genre.doc_count,
        ratingShare: genre.doc_count / year.doc_count,
        meanRating: meanOf(genre, "mean")!,
      })),
    );
  },

  "decade-genre-heatmap": async (connection, { minRatings }) => {
    const { of } = await aggregate(connection, "movies", {
      genres: terms("genres"),
      decades: terms("decade", {
        genres: terms("genres", { ratings: sum("ratings"), stars: sum("ratingSum") }),
      }),
    });
    return bucketsOf(of.decades).flatMap((decade) => {
      const cells = byKey(bucketsOf(inside(decade, "genres")));
      return bucketsOf(of.genres).map(({ key: genre }) => {
        const cell = cells.get(genre);
        const ratings = cell ? valueOf(cell, "ratings") : 0;
        return {
          decade: decade.key as number,
          genre: genre as string,
          movies: cell?.doc_count ?? 0,
          ratings,
          meanRating: cell && ratings >= minRatings ? valueOf(cell, "stars") / ratings : null,
        };
      });
    });
  },

  "genre-cooccurrence": async (connection, { minMovies }) => {
    const { documents, of } = await aggregate(connection, "movies", {
      genres: terms("genres", { others: terms("genres") }),
    });
    const genres = byKey(bucketsOf(of.genres));
    return bucketsOf(of.genres)
      .flatMap((a) =>
        bucketsOf(inside(a, "others"))
          .filter(({ key, doc_count }) => key > a.key && doc_count >= minMovies)
          .map((both) => {
            const b = genres.get(both.key)!.doc_count;
            return {
              genreA: a.key as string,
              genreB: both.key as string,
              movies: both.doc_count,
              jaccard: both.doc_count / (a.doc_count + b - both.doc_count),
              lift: (both.doc_count * documents) / (a.doc_count * b),
            };
          }),
      )
      .sort((x, y) => y.movies - x.movies || order(x.genreA, y.genreA) || order(x.genreB, y.genreB));
  },

  "top-movies": async (connection, { minRatings, priorWeight, limit }) => {
    const { of } = await aggregate(connection, "movies", {
      stars: sum("ratingSum"),
      ratings: sum("ratings"),
    });
    const prior = { weight: priorWeight, mean: of.stars.value! / of.ratings.value! };
    const script = {
      source:
        "(params.weight * params.mean + doc['ratingSum'].value) / (params.weight + doc['ratings'].value)",
      params: prior,
    };
    const sort = [
      { _script: { type: "number", script, order: "desc" } },
      { ratings: "desc" },
      { movieId: "asc" },
    ];
    const movies = await firstDocuments<IndexDocument<"movies">>(
      connection,
      "movies",
      { query: { range: { ratings: { gte: Math.max(1, minRatings) } } }, sort, limit },
      ["movieId", "title", "year", "ratings", "ratingSum", "meanRating"],
    );
    return movies.map(({ movieId, title, year, ratings, ratingSum, meanRating }, at) => ({
      rank: at + 1,
      movieId,
      title,
      year,
      ratings,
      meanRating: meanRating!,
      bayesianMean: (prior.weight * prior.mean + ratingSum) / (prior.weight + ratings),
    }));
  },

  "divisive-movies": async (connection, { minRatings, limit }) => {
    const movies = await firstDocuments<IndexDocument<"movies">>(
      connection,
      "movies",
      {
        query: { range: { ratings: { gte: Math.max(1, minRatings) } } },
        sort: [{ deviation: "desc" }, { ratings: "desc" }, { movieId: "asc" }],
        limit,
      },
      ["movieId", "title", "year", "ratings", "meanRating", "deviation", "ratingHistogram"],
    );
    return movies.map(
      ({ movieId, title, year, ratings, meanRating, deviation: apart, ratingHistogram: stars }, at) => ({
        rank: at + 1,
        movieId,
        title,
        year,
        ratings,
        meanRating: meanRating!,
        deviation: apart!,
        lowShare: (stars.stars_0_5 + stars.stars_1_0 + stars.stars_1_5 + stars.stars_2_0) / ratings,
        highShare: (stars.stars_4_0 + stars.stars_4_5 + stars.stars_5_0) / ratings,
      }),
    );
  },

  "rating-by-popularity": async (connection) => {
    const { documents, of } = await aggregate(connection, "movies", {
      all: sum("ratings"),
      bands: terms("popularityBand", {
        ratings: sum("ratings"),
        stars: sum("ratingSum"),
        means: spread("meanRating"),
      }),
    });
    return inOrder(POPULARITY_BANDS, bucketsOf(of.bands)).map((band) => {
      const ratings = valueOf(band, "ratings");
      return {
        band: band.key as string,
        movies: band.doc_count,
        movieShare: band.doc_count / documents,
        ratings,
        ratingShare: ratings / of.all.value!,
        meanRating: ratings > 0 ? valueOf(band, "stars") / ratings : null,
        meanOfMovieMeans: inside(band, "means").avg ?? null,
        deviationOfMovieMeans: deviation(inside(band, "means")),
      };
    });
  },

  "long-tail": async (connection, { points }) => {
    const counts = await sizes(connection, "movies");
    const movies = total(counts, ({ members }) => members);
    const all = total(counts, ({ ratings, members }) => ratings * members);
    const rows: QueryRow<"long-tail">[] = [];
    let position = 0;
    let cumulative = 0;
    for (const { ratings, members } of counts)
      for (let k = 0; k < members; k++) {
        position++;
        cumulative += ratings;
        const place = Math.floor((position * points) / movies);
        if (position === 1 || place > Math.floor(((position - 1) * points) / movies))
          rows.push({
            rank: position,
            catalogueShare: position / movies,
            ratings,
            cumulativeShare: cumulative / all,
          });
      }
    return rows;
  },

  concentration: async (connection) => {
    const rows: QueryRow<"concentration">[] = [];
    for (const side of ["movies", "users"] as const) {
      const counts = await sizes(connection, side);
      const members = total(counts, (each) => each.members);
      const all = total(counts, (each) => each.ratings * each.members);
      for (const percent of [1, 5, 10, 20, 50]) {
        const top = Math.ceil((members * percent) / 100);
        let left = top;
        const ratings = total(counts, (each) => {
          const taken = Math.min(left, each.members);
          left -= taken;
          return taken * each.ratings;
        });
        rows.push({ side, topShare: percent / 100, members: top, ratings, ratingShare: ratings / all });
      }
    }
    return rows;
  },

  "catalogue-health": async (connection, { enoughRatings }) => {
    const figures = {
      never: only({ term: { ratings: 0 } }),
      once: only({ term: { ratings: 1 } }),
      enough: only({ range: { ratings: { gte: enoughRatings } } }),
      counts: terms("ratings"),
    };
    const { of } = await aggregate(connection, "movies", {
      decades: terms("decade", figures),
      undated: { missing: { field: "decade" }, aggs: figures },
    });
    const row = (decade: number | null, bucket: Bucket): QueryRow<"catalogue-health"> => {
      const [neverRated, ratedOnce, enoughRated] = ["never", "once", "enough"].map(
        (name) => inside(bucket, name).doc_count!,
      );
      const movies = bucket.doc_count;
      return {
        decade,
        movies,
        neverRated,
        ratedOnce,
        enoughRated,
        neverRatedShare: neverRated / movies,
        ratedOnceShare: ratedOnce / movies,
        enoughRatedShare: enoughRated / movies,
        medianRatings: medianOf(bucketsOf(inside(bucket, "counts"))),
      };
    };
    const undated = of.undated as unknown as Bucket;
    return [
      ...bucketsOf(of.decades).map((decade) => row(decade.key as number, decade)),
      ...(undated.doc_count > 0 ? [row(null, undated)] : []),
    ];
  },

  sparsity: async (connection) => {
    const users = await aggregate(connection, "users", { bands: terms("activityBand") });
    const movies = await aggregate(
      connection,
      "movies",
      { bands: terms("popularityBand") },
      { range: { ratings: { gte: 1 } } },
    );
    const ratings = await aggregate(connection, "ratings", {
      activity: terms("activityBand", { popularity: terms("popularityBand") }),
    });
    const filled = byKey(bucketsOf(ratings.of.activity));
    return inOrder(ACTIVITY_BANDS, bucketsOf(users.of.bands)).flatMap((user) => {
      const own = filled.get(user.key);
      const byPopularity = byKey(own ? bucketsOf(inside(own, "popularity")) : []);
      return inOrder(POPULARITY_BANDS, bucketsOf(movies.of.bands)).map((movie) => {
        const cells = user.doc_count * movie.doc_count;
        const there = byPopularity.get(movie.key)?.doc_count ?? 0;
        return {
          activityBand: user.key as string,
          popularityBand: movie.key as string,
          users: user.doc_count,
          movies: movie.doc_count,
          cells,
          ratings: there,
          density: there / cells,
        };
      });
    });
  },

  "movie-age-at-rating": async (connection) => {
    const { of } = await aggregate(connection, "ratings", {
      ages: terms("ageYears", { movies: distinct("movieId"), mean: mean("rating") }),
    });
    const ages = bucketsOf(of.ages);
    const all = total(ages, countOf);
    let below = 0;
    return ages.map((age) => {
      below += age.doc_count;
      return {
        ageYears: age.key as number,
        ratings: age.doc_count,
        share: age.doc_count / all,
        cumulativeShare: below / all,
        movies: valueOf(age, "movies"),
        meanRating: meanOf(age, "mean")!,
      };
    });
  },

  "user-activity": async (connection) => {
    const { documents, of } = await aggregate(connection, "users", {
      all: sum("ratings"),
      bands: terms("activityBand", { ratings: sum("ratings"), days: terms("activeDays") }),
    });
    return inOrder(ACTIVITY_BANDS, bucketsOf(of.bands)).map((band) => ({
      band: band.key as string,
      users: band.doc_count,
      userShare: band.doc_count / documents,
      ratings: valueOf(band, "ratings"),
      ratingShare: valueOf(band, "ratings") / of.all.value!,
      medianActiveDays: medianOf(bucketsOf(inside(band, "days"))),
    }));
  },

  "user-lifespan": async (connection) => {
    const { documents, of } = await aggregate(connection, "users", {
      all: sum("ratings"),
      spans: ranges("lifespanSeconds", LIFESPAN_BANDS, { ratings: sum("ratings") }),
    });
    return bucketsOf(of.spans)
      .filter(({ doc_count }) => doc_count > 0)
      .map((span) => ({
        lifespan: span.key as string,
        users: span.doc_count,
        userShare: span.doc_count / documents,
        ratings: valueOf(span, "ratings"),
        ratingShare: valueOf(span, "ratings") / of.all.value!,
      }));
  },

  retention: async (connection, { maxMonths }) => {
    const users = await aggregate(connection, "users", { observed: terms("observedMonths") });
    const ratings = await aggregate(
      connection,
      "ratings",
      { months: terms("monthOfUser", { users: distinct("userId") }) },
      inCompleteMonths(maxMonths) as Record<string, unknown>,
    );
    const active = byKey(bucketsOf(ratings.of.months));
    return eligible(bucketsOf(users.of.observed), maxMonths).map(({ month, users: eligibleUsers }) => {
      const found = active.get(month);
      const activeUsers = found ? valueOf(found, "users") : 0;
      return { month, eligibleUsers, activeUsers, retention: activeUsers / eligibleUsers };
    });
  },

  "retention-cohorts": async (connection, { maxMonths }) => {
    const users = await aggregate(connection, "users", {
      cohorts: terms("cohort", { observed: terms("observedMonths") }),
    });
    const ratings = await aggregate(
      connection,
      "ratings",
      { cohorts: terms("cohort", { months: terms("monthOfUser", { users: distinct("userId") }) }) },
      inCompleteMonths(maxMonths) as Record<string, unknown>,
    );
    const activeOf = byKey(bucketsOf(ratings.of.cohorts));
    return bucketsOf(users.of.cohorts).flatMap((cohort) => {
      const own = activeOf.get(cohort.key);
      const active = byKey(own ? bucketsOf(inside(own, "months")) : []);
      return eligible(bucketsOf(inside(cohort, "observed")), maxMonths).map(
        ({ month, users: eligibleUsers }) => {
          const found = active.get(month);
          const activeUsers = found ? valueOf(found, "users") : 0;
          return {
            cohort: cohort.key as number,
            month,
            eligibleUsers,
            activeUsers,
            retention: activeUsers / eligibleUsers,
          };
        },
      );
    });
  },

  "new-user-funnel": async (connection) => {
    const rows: QueryRow<"new-user-funnel">[] = [];
    for (const step of FUNNEL) {
      const reached = { term: { place: step } };
      const { documents: users } = await aggregate(connection, "ratings", {}, reached);
      const seconds = await exactMedian(connection, "ratings", "secondsSinceFirst", reached);
      const previous = rows.at(-1)?.users ?? 0;
      rows.push({
        step,
        users,
        shareOfUsers: users / (rows[0]?.users ?? users),
        shareOfPrevious: previous > 0 ? users / previous : null,
        medianDaysToReach: seconds === null ? null : seconds / DAY_SECONDS,
      });
    }
    return rows;
  },

  "tags-and-ratings": async (connection, { minRatings, minUsers }) => {
    const { of } = await aggregate(connection, "ratings", {
      tags: terms(
        "tags",
        {
          users: distinct("userId", ENOUGH_FOR_A_TAG),
          movies: distinct("movieId", ENOUGH_FOR_A_TAG),
          mean: mean("rating"),
          lift: mean("ratingMinusUserMean"),
        },
        minRatings,
      ),
    });
    const rounded = (value: number): number => Math.round(value * 1e9);
    return bucketsOf(of.tags)
      .filter((tag) => valueOf(tag, "users") >= minUsers)
      .map((tag) => ({
        tag: tag.key as string,
        ratings: tag.doc_count,
        users: valueOf(tag, "users"),
        movies: valueOf(tag, "movies"),
        meanRating: meanOf(tag, "mean")!,
        liftOverUsers: meanOf(tag, "lift")!,
      }))
      .sort((a, b) => rounded(b.liftOverUsers) - rounded(a.liftOverUsers) || order(a.tag, b.tag));
  },
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The questions that Elasticsearch answers too. The others need what no index holds: a pause chosen by the asker, or tags of unrated films. */
export const elasticQueryNames: readonly QueryName[] = Object.keys(answers) as QueryName[];

/**
 * Asks Elasticsearch a question of the catalogue: the same question, parameters and rows as `runQuery`, answered
 * from the indices that `loadIndices` loads. Distinct users and films are exact up to about 40,000 in a row of the
 * answer (1,000 in one of tags), and estimates beyond.
 * @throws WorkspaceError QUERY_UNKNOWN, QUERY_UNSUPPORTED for a question that only SQL answers, OPTION_INVALID as
 *   `runQuery`, and as `connectElastic`
 */
export async function runElasticQuery<N extends QueryName>(
  connection: ElasticConnection,
  name: N,
  parameters: QueryParameters<N> = {},
): Promise<QueryRow<N>[]> {
  const query = queryNamed(name);
  const values = queryParameters(query, parameters);
  const answer = answers[name] as Answer<N> | undefined;
  if (!answer)
    throw new WorkspaceError(
      "QUERY_UNSUPPORTED",
      `“${name}” cannot be answered by Elasticsearch from these indices`,
    );
  return answer(connection, values);
}
