-- question: Which decades are liked in which genres?
-- decision: Which classics to license or promote, by genre.
-- columns:
--   decade      integer  first year of the release decade; films without a year are left out
--   genre       text     genre; a film with several counts in each; every genre in every decade
--   movies      integer  films
--   ratings     integer  ratings
--   meanRating  number?  stars; null below `minRatings` ratings
WITH decades AS (
  SELECT DISTINCT decade FROM movie_stats WHERE decade IS NOT NULL
), genres AS (
  SELECT DISTINCT genre FROM movie_genres
), cells AS (
  SELECT s.decade, g.genre, count(*) AS movies, sum(s.ratings) AS ratings, sum(s.ratingSum) AS ratingSum
  FROM movie_genres g JOIN movie_stats s ON s.movieId = g.movieId
  GROUP BY s.decade, g.genre
)
SELECT
  d.decade AS decade,
  g.genre AS genre,
  coalesce(c.movies, 0) AS movies,
  coalesce(c.ratings, 0) AS ratings,
  CASE WHEN c.ratings >= $minRatings THEN c.ratingSum / c.ratings END AS meanRating
FROM decades d
CROSS JOIN genres g
LEFT JOIN cells c ON c.decade = d.decade AND c.genre = g.genre
ORDER BY d.decade, g.genre
