-- question: What do films, ratings and means come to for every genre, every decade, and all of their subtotals?
-- decision: Where the catalogue is thin for the demand: compare a cell's films with its ratings, then drill down.
-- columns:
--   genre            text?     genre; null where allGenres = 1
--   decade           integer?  first year of the release decade; null where allDecades = 1, and for films without a year
--   allGenres        integer   1 in a subtotal over genres, else 0
--   allDecades       integer   1 in a subtotal over decades, else 0
--   movies           integer   distinct films, so a subtotal over genres counts a film once
--   ratings          integer   distinct ratings, so a subtotal over genres counts a rating once
--   ratingsInGenres  integer   ratings, once for each genre of the film: adds up over genres and over decades
--   meanRating       number?   mean of the distinct ratings, stars; null without a rating
WITH genre_counts AS (
  SELECT movieId, count(*) AS genres FROM movie_genres GROUP BY movieId
)
SELECT
  g.genre AS genre,
  s.decade AS decade,
  GROUPING(g.genre) AS allGenres,
  GROUPING(s.decade) AS allDecades,
  count(DISTINCT s.movieId) AS movies,
  -- Over genres, a film is split evenly among its genres, so that it adds up to one.
  CASE GROUPING(g.genre)
    WHEN 1 THEN CAST(round(sum(s.ratings / c.genres)) AS BIGINT)
    ELSE sum(s.ratings)
  END AS ratings,
  sum(s.ratings) AS ratingsInGenres,
  CASE
    WHEN sum(s.ratings) = 0 THEN NULL
    WHEN GROUPING(g.genre) = 1 THEN sum(s.ratingSum / c.genres) / sum(s.ratings / c.genres)
    ELSE sum(s.ratingSum) / sum(s.ratings)
  END AS meanRating
FROM movie_genres g
JOIN genre_counts c ON c.movieId = g.movieId
JOIN movie_stats s ON s.movieId = g.movieId
GROUP BY CUBE (g.genre, s.decade)
ORDER BY allGenres DESC, g.genre, allDecades DESC, s.decade NULLS LAST
