-- question: Which films are the best rated, when few ratings do not count as much as many?
-- decision: What to show to visitors of whom nothing is known, and what to promote.
-- columns:
--   rank          integer   1 = best
--   movieId       integer   MovieLens id
--   title         text      title as published
--   year          integer?  release year; null where the title has none
--   ratings       integer   ratings
--   meanRating    number    stars
--   bayesianMean  number    (priorWeight · mean of all ratings + sum of the film's) ÷ (priorWeight + ratings), stars
WITH scored AS (
  SELECT
    movieId, title, year, ratings, meanRating,
    ($priorWeight * (SELECT avg(rating) FROM ratings) + ratingSum) / ($priorWeight + ratings) AS bayesianMean
  FROM movie_stats
  WHERE ratings > 0 AND ratings >= $minRatings
), ranked AS (
  SELECT s.*, row_number() OVER (ORDER BY bayesianMean DESC, ratings DESC, movieId) AS position FROM scored s
)
SELECT
  position AS rank,
  movieId AS movieId,
  title AS title,
  year AS year,
  ratings AS ratings,
  meanRating AS meanRating,
  bayesianMean AS bayesianMean
FROM ranked
WHERE position <= $limit
ORDER BY position
