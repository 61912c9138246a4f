import { createDataset, seededRandom, type Dataset, type Movie, type Tag } from "@movielens/lib/data";

/** One rating as written by hand: user, movie, stars, time (ISO 8601, UTC). */
export type RatingLine = [userId: number, movieId: number, rating: number, time: string];

export const seconds = (time: string): number => Date.parse(time) / 1000;

export function datasetOf(lines: RatingLine[], movies: Movie[], tags: Tag[] = []): Dataset {
  return createDataset({
    name: "by hand",
    userId: Uint32Array.from(lines, ([userId]) => userId),
    movieId: Uint32Array.from(lines, ([, movieId]) => movieId),
    ratings: Float32Array.from(lines, ([, , rating]) => rating),
    timestamps: Float64Array.from(lines, ([, , , time]) => seconds(time)),
    movies: new Map(movies.map((movie) => [movie.movieId, movie])),
    tags,
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash: "0".repeat(64),
  });
}

/**
 * Three users, five films: one never rated, one without a year, one without a genre. User 1 rates in one sitting,
 * user 2 comes back after 40 days and after a year, user 3 rates once, on a Sunday night.
 */
export function byHand(): Dataset {
  return datasetOf(
    [
      [1, 10, 5, "2002-03-04T10:00:00Z"], // a Monday
      [1, 20, 3, "2002-03-04T10:05:00Z"],
      [1, 30, 1, "2002-03-04T10:10:00Z"],
      [2, 10, 4, "2003-01-01T00:00:00Z"], // a Wednesday
      [2, 20, 4.5, "2003-02-10T23:59:59Z"], // a Monday
      [2, 40, 2, "2004-01-15T12:00:00Z"], // a Thursday
      [3, 10, 0.5, "2004-06-06T23:30:00Z"], // a Sunday
    ],
    [
      { movieId: 10, title: "Alpha (1995)", year: 1995, genres: ["Comedy", "Drama"] },
      { movieId: 20, title: "Beta (1999)", year: 1999, genres: ["Drama"] },
      { movieId: 30, title: "Gamma (2001)", year: 2001, genres: [] },
      { movieId: 40, title: "Delta", year: null, genres: ["Comedy"] },
      { movieId: 50, title: "It's Epsilon (2002)", year: 2002, genres: ["Comedy", "Drama"] },
    ],
    [
      { userId: 1, movieId: 10, tag: "Funny", timestamp: seconds("2002-03-04T11:00:00Z") },
      { userId: 2, movieId: 10, tag: " funny ", timestamp: seconds("2003-01-02T00:00:00Z") },
      { userId: 1, movieId: 30, tag: "dull", timestamp: seconds("2002-03-04T11:01:00Z") },
      { userId: 3, movieId: 20, tag: "dull", timestamp: seconds("2004-06-07T00:00:00Z") },
    ],
  );
}

/** A data set with whatever makes questions go wrong: films without year, genre or rating, years without ratings, ties. */
export function random(seed: number): Dataset {
  const next = seededRandom(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const shelf = ["Action", "Comedy", "Drama", "Horror", "IMAX"];
  const movies = Array.from({ length: 60 }, (_, k): Movie => {
    const year = next() < 0.1 ? null : 1950 + below(70);
    return { movieId: 7 * k + 3, title: `Film ${k}`, year, genres: shelf.filter(() => next() < 0.3) };
  });
  const lines: RatingLine[] = [];
  const tags: Tag[] = [];
  for (let userId = 2; userId < 80; userId += 2) {
    const year = [1997, 2003, 2003, 2008, 2012][below(5)];
    let time = Date.UTC(year, below(12), 1 + below(28), below(24), below(60), below(60));
    const likes = next();
    for (const { movieId } of movies.slice(0, 50)) {
      if (next() > likes) continue;
      // Often no time at all passes, so that the order of ratings rests on its tie-breaker.
      time += next() < 0.7 ? below(3) * 1000 : below(200) * 86_400_000;
      lines.push([userId, movieId, (1 + below(10)) / 2, new Date(time).toISOString()]);
      if (next() < 0.2)
        tags.push({
          userId,
          movieId,
          tag: ["good", "Good ", "bad", "odd"][below(4)],
          timestamp: time / 1000 + below(100),
        });
    }
  }
  return datasetOf(lines, movies, tags);
}
