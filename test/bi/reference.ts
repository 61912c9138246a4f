import type { QueryName, QueryRow } from "@movielens/lib/bi";
import type { Dataset } from "@movielens/lib/data";

/**
 * The naive twin of the SQL files: every question answered by loops over the Dataset, sharing nothing with them.
 */
export type Answers = { [N in QueryName]: (parameters: Record<string, number>) => QueryRow<N>[] };

interface Rating {
  userId: number;
  movieId: number;
  rating: number;
  timestamp: number;
  year: number;
  month: number;
  weekday: number;
  hour: number;
}

const ACTIVITY: [string, number, number][] = [
  ["1–19", 1, 19],
  ["20–49", 20, 49],
  ["50–99", 50, 99],
  ["100–199", 100, 199],
  ["200–499", 200, 499],
  ["500–999", 500, 999],
  ["1,000+", 1000, Infinity],
];
const POPULARITY: [string, number, number][] = [
  ["never rated", 0, 0],
  ["1", 1, 1],
  ["2–9", 2, 9],
  ["10–49", 10, 49],
  ["50–99", 50, 99],
  ["100–999", 100, 999],
  ["1,000–9,999", 1000, 9999],
  ["10,000+", 10000, Infinity],
];
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September"],
  ...["October", "November", "December"],
];
const DAY = 86400;

export function reference(dataset: Dataset): Answers {
  const ratings: Rating[] = Array.from(dataset.ratings, (rating, r) => {
    const at = new Date(dataset.timestamps[r] * 1000);
    return {
      userId: dataset.userIds[dataset.users[r]],
      movieId: dataset.itemIds[dataset.items[r]],
      rating,
      timestamp: dataset.timestamps[r],
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      weekday: at.getUTCDay() === 0 ? 7 : at.getUTCDay(),
      hour: at.getUTCHours(),
    };
  });
  const stars = (rows: Rating[]) => rows.map((row) => row.rating);
  const meanStars = (rows: Rating[]) => (rows.length > 0 ? mean(stars(rows)) : null);
  const users = (rows: Rating[]) => new Set(rows.map((row) => row.userId)).size;
  const share = (rows: Rating[]) => rows.length / ratings.length;

  const byUser = groups(ratings, (row) => row.userId);
  for (const rows of byUser.values()) rows.sort((a, b) => a.timestamp - b.timestamp || a.movieId - b.movieId);
  const byMovie = groups(ratings, (row) => row.movieId);
  const userMean = new Map([...byUser].map(([id, rows]) => [id, mean(stars(rows))]));
  const movies = [...dataset.movies.values()].map((movie) => ({
    ...movie,
    genres: movie.genres.length > 0 ? movie.genres : ["(no genres listed)"],
    decade: movie.year === null ? null : Math.floor(movie.year / 10) * 10,
    rows: byMovie.get(movie.movieId) ?? [],
  }));
  const rated = movies.filter((movie) => movie.rows.length > 0);
  const movieById = new Map(movies.map((movie) => [movie.movieId, movie]));
  const allMean = mean(stars(ratings));
  const last = most(ratings.map((row) => row.timestamp));
  const inBand = <T>(rows: T[], [, from, to]: [string, number, number], size: (row: T) => number): T[] =>
    rows.filter((row) => size(row) >= from && size(row) <= to);
  const userRows = [...byUser.values()];
  const allGenres = [...new Set(movies.flatMap((movie) => movie.genres))].sort();
  const tags = dataset.tags.map((tag) => ({ ...tag, word: tag.tag.replace(/^ +| +$/g, "").toLowerCase() }));

  const retained = (members: Rating[][], maxMonths: number) =>
    range(0, maxMonths).flatMap((month) => {
      const eligible = members.filter((rows) => rows[0].timestamp + (month + 1) * 30 * DAY <= last);
      const active = eligible.filter((rows) =>
        rows.some((row) => Math.floor((row.timestamp - rows[0].timestamp) / (30 * DAY)) === month),
      );
      return eligible.length === 0
        ? []
        : [
            {
              month,
              eligibleUsers: eligible.length,
              activeUsers: active.length,
              retention: active.length / eligible.length,
            },
          ];
    });

  return {
    overview: () => {
      const counts = userRows.map((rows) => rows.length);
      const times = ratings.map((row) => row.timestamp).sort((a, b) => a - b);
      const day = (timestamp: number) => new Date(timestamp * 1000).toISOString().slice(0, 10);
      return [
        {
          ratings: ratings.length,
          users: byUser.size,
          movies: movies.length,
          ratedMovies: rated.length,
          neverRatedMovies: movies.length - rated.length,
          ratedOnceMovies: movies.filter((movie) => movie.rows.length === 1).length,
          genres: allGenres.filter((genre) => genre !== "(no genres listed)").length,
          tagApplications: tags.length,
          distinctTags: new Set(tags.map((tag) => tag.word)).size,
          taggers: new Set(tags.map((tag) => tag.userId)).size,
          density: ratings.length / (byUser.size * rated.length),
          meanRating: allMean,
          medianRating: median(stars(ratings)),
          fewestRatingsOfUser: Math.min(...counts),
          medianRatingsOfUser: median(counts),
          mostRatingsOfUser: Math.max(...counts),
          firstRated: day(times[0]),
          lastRated: day(times[times.length - 1]),
        },
      ];
    },

    "ratings-by-year": () => {
      const years = ratings.map((row) => row.year);
      return range(least(years), most(years)).map((year) => {
        const rows = ratings.filter((row) => row.year === year);
        return {
          year,
          ratings: rows.length,
          share: share(rows),
          activeUsers: users(rows),
          newUsers: userRows.filter(([first]) => first.year === year).length,
          ratedMovies: new Set(rows.map((row) => row.movieId)).size,
          meanRating: meanStars(rows),
        };
      });
    },

    "ratings-by-month": () => {
      const label = (row: Rating) => `${row.year}-${String(row.month).padStart(2, "0")}`;
      const found = groups(ratings, label);
      const labels = [...found.keys()].sort();
      const [first, final] = [labels[0], labels[labels.length - 1]];
      return range(Number(first.slice(0, 4)), Number(final.slice(0, 4)))
        .flatMap((year) => range(1, 12).map((month) => `${year}-${String(month).padStart(2, "0")}`))
        .filter((month) => month >= first && month <= final)
        .map((month) => {
          const rows = found.get(month) ?? [];
          return {
            month,
            ratings: rows.length,
            activeUsers: users(rows),
            newUsers: userRows.filter(([first]) => label(first) === month).length,
            meanRating: meanStars(rows),
          };
        });
    },

    "time-rollup": () => {
      const row = (
        level: string,
        rows: Rating[],
        year: number | null = null,
        quarter: number | null = null,
        monthOfYear: number | null = null,
      ) => ({
        level,
        year,
        quarter,
        monthOfYear,
        ratings: rows.length,
        activeUsers: users(rows),
        meanRating: mean(stars(rows)),
      });
      return [
        row("all", ratings),
        ...sortedGroups(ratings, (r) => r.year).flatMap(([year, inYear]) => [
          row("year", inYear, year),
          ...sortedGroups(inYear, (r) => Math.ceil(r.month / 3)).flatMap(([quarter, inQuarter]) => [
            row("quarter", inQuarter, year, quarter),
            ...sortedGroups(inQuarter, (r) => r.month).map(([month, inMonth]) =>
              row("month", inMonth, year, quarter, month),
            ),
          ]),
        ]),
      ];
    },

    "activity-by-hour": () =>
      range(0, 23).map((hour) => {
        const rows = ratings.filter((row) => row.hour === hour);
        return {
          hour,
          ratings: rows.length,
          share: share(rows),
          users: users(rows),
          meanRating: meanStars(rows),
        };
      }),

    "activity-by-weekday": () =>
      WEEKDAYS.map((weekdayName, d) => {
        const rows = ratings.filter((row) => row.weekday === d + 1);
        return {
          weekday: d + 1,
          weekdayName,
          ratings: rows.length,
          share: share(rows),
          users: users(rows),
          meanRating: meanStars(rows),
        };
      }),

    "activity-heatmap": () =>
      WEEKDAYS.flatMap((weekdayName, d) =>
        range(0, 23).map((hour) => {
          const rows = ratings.filter((row) => row.weekday === d + 1 && row.hour === hour);
          return {
            weekday: d + 1,
            weekdayName,
            hour,
            ratings: rows.length,
            share: share(rows),
            users: users(rows),
          };
        }),
      ),

    seasonality: () => {
      const years = ratings.map((row) => row.year);
      const [first, final] = [least(years), most(years)];
      const complete = ratings.filter((row) => row.year > first && row.year < final);
      return MONTHS.map((monthName, m) => {
        const rows = ratings.filter((row) => row.month === m + 1);
        const inComplete = complete.filter((row) => row.month === m + 1);
        const shares = [...groups(complete, (row) => row.year).values()].map(
          (year) => year.filter((row) => row.month === m + 1).length / year.length,
        );
        return {
          monthOfYear: m + 1,
          monthName,
          ratings: rows.length,
          share: share(rows),
          meanRating: meanStars(rows),
          completeYearRatings: inComplete.length,
          seasonalIndex: complete.length > 0 ? inComplete.length / (complete.length / 12) : null,
          medianShareOfYear: complete.length > 0 ? median(shares) : null,
        };
      });
    },

    "rating-distribution": () => {
      let below = 0;
      return sortedGroups(ratings, (row) => row.rating).map(([rating, rows]) => {
        below += rows.length;
        return {
          rating,
          ratings: rows.length,
          share: share(rows),
          cumulativeShare: below / ratings.length,
        };
      });
    },

    "half-stars-by-year": () =>
      sortedGroups(ratings, (row) => row.year).map(([year, rows]) => {
        const halfStars = rows.filter((row) => row.rating % 1 === 0.5).length;
        return {
          year,
          ratings: rows.length,
          wholeStars: rows.length - halfStars,
          halfStars,
          halfStarShare: halfStars / rows.length,
          meanRating: mean(stars(rows)),
        };
      }),

    "rating-bias-by-activity": () =>
      ACTIVITY.flatMap((band) => {
        const members = inBand(userRows, band, (rows) => rows.length);
        if (members.length === 0) return [];
        const means = members.map((rows) => mean(stars(rows)));
        return [
          {
            band: band[0],
            users: members.length,
            ratings: members.flat().length,
            meanRating: mean(stars(members.flat())),
            meanOfUserMeans: mean(means),
            deviationOfUserMeans: deviation(means),
          },
        ];
      }),

    "rater-strictness": () =>
      sortedGroups([...userMean.values()], (value) => Math.floor(value * 4) / 4).map(([from, means]) => ({
        meanFrom: from,
        meanTo: from + 0.25,
        users: means.length,
        share: means.length / byUser.size,
      })),

    "rating-by-experience": () =>
      ACTIVITY.flatMap(([position, from, to]) => {
        const rows = userRows.flatMap((history) => history.slice(from - 1, to));
        if (rows.length === 0) return [];
        return [
          {
            position,
            ratings: rows.length,
            users: users(rows),
            meanRating: mean(stars(rows)),
            meanMinusUserMean: mean(rows.map((row) => row.rating - userMean.get(row.userId)!)),
          },
        ];
      }),

    "genre-share": () =>
      allGenres
        .map((genre) => {
          const members = movies.filter((movie) => movie.genres.includes(genre));
          const rows = members.flatMap((movie) => movie.rows);
          return {
            genre,
            movies: members.length,
            movieShare: members.length / movies.length,
            ratings: rows.length,
            ratingShare: share(rows),
            ratingsPerMovie: rows.length / members.length,
            meanRating: meanStars(rows),
            deviation: rows.length > 0 ? deviation(stars(rows)) : null,
          };
        })
        .sort((a, b) => b.ratings - a.ratings),

    "genre-by-year": () =>
      sortedGroups(ratings, (row) => row.year).flatMap(([year, inYear]) =>
        allGenres.flatMap((genre) => {
          const rows = inYear.filter((row) => movieById.get(row.movieId)!.genres.includes(genre));
          if (rows.length === 0) return [];
          return [
            {
              year,
              genre,
              ratings: rows.length,
              ratingShare: rows.length / inYear.length,
              meanRating: mean(stars(rows)),
            },
          ];
        }),
      ),

    "genre-decade-cube": () => {
      const decades = [...new Set(movies.map((movie) => movie.decade))].sort(
        (a, b) => (a ?? Infinity) - (b ?? Infinity),
      );
      return [null, ...allGenres].flatMap((genre) =>
        ["all" as const, ...decades].flatMap((decade) => {
          const members = movies.filter(
            (movie) =>
              (genre === null || movie.genres.includes(genre)) &&
              (decade === "all" || movie.decade === decade),
          );
          if (members.length === 0) return [];
          const rows = members.flatMap((movie) => movie.rows);
          return [
            {
              genre,
              decade: decade === "all" ? null : decade,
              allGenres: genre === null ? 1 : 0,
              allDecades: decade === "all" ? 1 : 0,
              movies: members.length,
              ratings: rows.length,
              ratingsInGenres: members.reduce(
                (total, movie) => total + movie.rows.length * (genre === null ? movie.genres.length : 1),
                0,
              ),
              meanRating: meanStars(rows),
            },
          ];
        }),
      );
    },

    "decade-genre-heatmap": ({ minRatings }) =>
      [...new Set(movies.flatMap((movie) => movie.decade ?? []))]
        .sort((a, b) => a - b)
        .flatMap((decade) =>
          allGenres.map((genre) => {
            const members = movies.filter((movie) => movie.decade === decade && movie.genres.includes(genre));
            const rows = members.flatMap((movie) => movie.rows);
            return {
              decade,
              genre,
              movies: members.length,
              ratings: rows.length,
              meanRating: rows.length >= minRatings ? mean(stars(rows)) : null,
            };
          }),
        ),

    "genre-cooccurrence": ({ minMovies }) => {
      const count = (accept: (genres: string[]) => boolean) =>
        movies.filter((movie) => accept(movie.genres)).length;
      const probability = (genre: string) => count((genres) => genres.includes(genre)) / movies.length;
      const pairs = allGenres.flatMap((genreA, a) =>
        allGenres.slice(a + 1).map((genreB) => [genreA, genreB] as const),
      );
      return pairs
        .map(([genreA, genreB]) => {
          const both = count((genres) => genres.includes(genreA) && genres.includes(genreB));
          const either = count((genres) => genres.includes(genreA) || genres.includes(genreB));
          return {
            genreA,
            genreB,
            movies: both,
            jaccard: both / either,
            lift: both / movies.length / (probability(genreA) * probability(genreB)),
          };
        })
        .filter((pair) => pair.movies > 0 && pair.movies >= minMovies)
        .sort((a, b) => b.movies - a.movies);
    },

    "top-movies": ({ minRatings, priorWeight, limit }) =>
      rated
        .filter((movie) => movie.rows.length >= minRatings)
        .map(({ movieId, title, year, rows }) => ({
          movieId,
          title,
          year,
          ratings: rows.length,
          meanRating: mean(stars(rows)),
          bayesianMean: (priorWeight * allMean + total(stars(rows))) / (priorWeight + rows.length),
        }))
        .sort((a, b) => b.bayesianMean - a.bayesianMean || b.ratings - a.ratings || a.movieId - b.movieId)
        .slice(0, limit)
        .map((movie, k) => ({ rank: k + 1, ...movie })),

    "divisive-movies": ({ minRatings, limit }) =>
      rated
        .filter((movie) => movie.rows.length >= minRatings)
        .map(({ movieId, title, year, rows }) => ({
          movieId,
          title,
          year,
          ratings: rows.length,
          meanRating: mean(stars(rows)),
          deviation: deviation(stars(rows)),
          lowShare: rows.filter((row) => row.rating <= 2).length / rows.length,
          highShare: rows.filter((row) => row.rating >= 4).length / rows.length,
        }))
        .sort((a, b) =>
          Math.abs(a.deviation - b.deviation) > 1e-12
            ? b.deviation - a.deviation
            : b.ratings - a.ratings || a.movieId - b.movieId,
        )
        .slice(0, limit)
        .map((movie, k) => ({ rank: k + 1, ...movie })),

    "rating-by-popularity": () =>
      POPULARITY.flatMap((band) => {
        const members = inBand(movies, band, (movie) => movie.rows.length);
        if (members.length === 0) return [];
        const rows = members.flatMap((movie) => movie.rows);
        const means = members.flatMap((movie) => meanStars(movie.rows) ?? []);
        return [
          {
            band: band[0],
            movies: members.length,
            movieShare: members.length / movies.length,
            ratings: rows.length,
            ratingShare: share(rows),
            meanRating: meanStars(rows),
            meanOfMovieMeans: means.length > 0 ? mean(means) : null,
            deviationOfMovieMeans: means.length > 0 ? deviation(means) : null,
          },
        ];
      }),

    "long-tail": ({ points }) => {
      const counts = rated.map((movie) => movie.rows.length).sort((a, b) => b - a);
      let cumulative = 0;
      const curve = counts.map((count, k) => ({
        rank: k + 1,
        catalogueShare: (k + 1) / counts.length,
        ratings: count,
        cumulativeShare: (cumulative += count) / ratings.length,
      }));
      const wanted = new Set([1, ...range(1, points).map((k) => Math.ceil((k * counts.length) / points))]);
      return curve.filter(({ rank }) => wanted.has(rank));
    },

    concentration: () =>
      [
        { side: "movies", counts: rated.map((movie) => movie.rows.length) },
        { side: "users", counts: userRows.map((rows) => rows.length) },
      ].flatMap(({ side, counts }) =>
        [1, 5, 10, 20, 50].map((percent) => {
          const top = [...counts].sort((a, b) => b - a).slice(0, Math.ceil((counts.length * percent) / 100));
          return {
            side,
            topShare: percent / 100,
            members: top.length,
            ratings: total(top),
            ratingShare: total(top) / ratings.length,
          };
        }),
      ),

    "catalogue-health": ({ enoughRatings }) =>
      [...groups(movies, (movie) => movie.decade)]
        .sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
        .map(([decade, members]) => {
          const counts = members.map((movie) => movie.rows.length);
          const having = (accept: (count: number) => boolean) => counts.filter(accept).length;
          const neverRated = having((count) => count === 0);
          const ratedOnce = having((count) => count === 1);
          const enoughRated = having((count) => count >= enoughRatings);
          return {
            decade,
            movies: members.length,
            neverRated,
            ratedOnce,
            enoughRated,
            neverRatedShare: neverRated / members.length,
            ratedOnceShare: ratedOnce / members.length,
            enoughRatedShare: enoughRated / members.length,
            medianRatings: median(counts),
          };
        }),

    sparsity: () =>
      ACTIVITY.flatMap((activity) =>
        POPULARITY.slice(1).flatMap((popularity) => {
          const members = inBand(userRows, activity, (rows) => rows.length);
          const films = new Set(
            inBand(rated, popularity, (movie) => movie.rows.length).map((m) => m.movieId),
          );
          if (members.length === 0 || films.size === 0) return [];
          const cells = members.length * films.size;
          const filled = members.flat().filter((row) => films.has(row.movieId)).length;
          return [
            {
              activityBand: activity[0],
              popularityBand: popularity[0],
              users: members.length,
              movies: films.size,
              cells,
              ratings: filled,
              density: filled / cells,
            },
          ];
        }),
      ),

    "movie-age-at-rating": () => {
      const dated = ratings.filter((row) => movieById.get(row.movieId)!.year !== null);
      let below = 0;
      return sortedGroups(dated, (row) => row.year - movieById.get(row.movieId)!.year!).map(
        ([ageYears, rows]) => {
          below += rows.length;
          return {
            ageYears,
            ratings: rows.length,
            share: rows.length / dated.length,
            cumulativeShare: below / dated.length,
            movies: new Set(rows.map((row) => row.movieId)).size,
            meanRating: mean(stars(rows)),
          };
        },
      );
    },

    "user-activity": () =>
      ACTIVITY.flatMap((band) => {
        const members = inBand(userRows, band, (rows) => rows.length);
        if (members.length === 0) return [];
        const days = members.map((rows) => new Set(rows.map((row) => Math.floor(row.timestamp / DAY))).size);
        return [
          {
            band: band[0],
            users: members.length,
            userShare: members.length / byUser.size,
            ratings: members.flat().length,
            ratingShare: share(members.flat()),
            medianActiveDays: median(days),
          },
        ];
      }),

    "user-sessions": ({ gapMinutes }) => {
      const profiles = userRows.map((rows) => {
        const starts = rows.flatMap((row, k) =>
          k > 0 && row.timestamp - rows[k - 1].timestamp > gapMinutes * 60 ? [k] : [],
        );
        return { rows, sessions: starts.length + 1, first: starts[0] ?? rows.length };
      });
      const bands: [string, number, number][] = [
        ["1", 1, 1],
        ["2", 2, 2],
        ["3–5", 3, 5],
        ["6–10", 6, 10],
        ["11–50", 11, 50],
        ["51+", 51, Infinity],
      ];
      return bands.flatMap((band) => {
        const members = inBand(profiles, band, (profile) => profile.sessions);
        if (members.length === 0) return [];
        const rows = members.flatMap((profile) => profile.rows);
        return [
          {
            sessions: band[0],
            users: members.length,
            userShare: members.length / byUser.size,
            ratings: rows.length,
            ratingShare: share(rows),
            firstSessionRatings: total(members.map((profile) => profile.first)),
          },
        ];
      });
    },

    "user-lifespan": () => {
      const bands: [string, number, number][] = [
        ["up to 1 hour", 0, 3600],
        ["up to 1 day", 3601, DAY],
        ["up to 1 week", DAY + 1, 7 * DAY],
        ["up to 30 days", 7 * DAY + 1, 30 * DAY],
        ["up to 1 year", 30 * DAY + 1, 365 * DAY],
        ["over 1 year", 365 * DAY + 1, Infinity],
      ];
      return bands.flatMap((band) => {
        const members = inBand(userRows, band, (rows) => rows[rows.length - 1].timestamp - rows[0].timestamp);
        if (members.length === 0) return [];
        return [
          {
            lifespan: band[0],
            users: members.length,
            userShare: members.length / byUser.size,
            ratings: members.flat().length,
            ratingShare: share(members.flat()),
          },
        ];
      });
    },

    retention: ({ maxMonths }) => retained(userRows, maxMonths),

    "retention-cohorts": ({ maxMonths }) =>
      sortedGroups(userRows, ([first]) => first.year).flatMap(([cohort, members]) =>
        retained(members, maxMonths).map((row) => ({ cohort, ...row })),
      ),

    "new-user-funnel": () => {
      const steps = [1, 20, 50, 100, 200, 500, 1000];
      const reached = (step: number) => userRows.filter((rows) => rows.length >= step);
      return steps.map((step, k) => {
        const there = reached(step);
        const before = k > 0 ? reached(steps[k - 1]).length : 0;
        return {
          step,
          users: there.length,
          shareOfUsers: there.length / byUser.size,
          shareOfPrevious: before > 0 ? there.length / before : null,
          medianDaysToReach:
            there.length > 0
              ? median(there.map((rows) => (rows[step - 1].timestamp - rows[0].timestamp) / DAY))
              : null,
        };
      });
    },

    "tags-most-used": ({ limit }) =>
      [...groups(tags, (tag) => tag.word)]
        .map(([tag, uses]) => ({
          tag,
          uses: uses.length,
          users: new Set(uses.map((use) => use.userId)).size,
          movies: new Set(uses.map((use) => use.movieId)).size,
          usesByTopUser:
            most([...groups(uses, (use) => use.userId).values()].map((own) => own.length)) / uses.length,
        }))
        .sort((a, b) => b.uses - a.uses || b.users - a.users || (a.tag < b.tag ? -1 : 1))
        .slice(0, limit)
        .map((row, k) => ({ rank: k + 1, ...row })),

    "tags-and-ratings": ({ minRatings, minUsers }) => {
      const given = new Map(ratings.map((row) => [`${row.userId} ${row.movieId}`, row]));
      return [...groups(tags, (tag) => tag.word)]
        .flatMap(([tag, uses]) => {
          const pairs = new Set(uses.map((use) => `${use.userId} ${use.movieId}`));
          const rows = [...pairs].flatMap((pair) => given.get(pair) ?? []);
          if (rows.length === 0 || rows.length < minRatings || users(rows) < minUsers) return [];
          return [
            {
              tag,
              ratings: rows.length,
              users: users(rows),
              movies: new Set(rows.map((row) => row.movieId)).size,
              meanRating: mean(stars(rows)),
              liftOverUsers: mean(rows.map((row) => row.rating - userMean.get(row.userId)!)),
            },
          ];
        })
        .sort((a, b) =>
          Math.abs(a.liftOverUsers - b.liftOverUsers) > 1e-9
            ? b.liftOverUsers - a.liftOverUsers
            : a.tag < b.tag
              ? -1
              : 1,
        );
    },
  };
}

function groups<T, K>(rows: readonly T[], key: (row: T) => K): Map<K, T[]> {
  const found = new Map<K, T[]>();
  for (const row of rows) {
    const group = found.get(key(row));
    if (group) group.push(row);
    else found.set(key(row), [row]);
  }
  return found;
}

const sortedGroups = <T>(rows: readonly T[], key: (row: T) => number): [number, T[]][] =>
  [...groups(rows, key)].sort(([a], [b]) => a - b);

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
const mean = (values: number[]): number => total(values) / values.length;
const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));

function deviation(values: number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
