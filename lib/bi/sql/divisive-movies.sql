-- question: Which films divide the audience most?
-- decision: Which films to recommend only with personal evidence, never from popularity alone.
-- columns:
--   rank        integer   1 = most divisive
--   movieId     integer   MovieLens id
--   title       text      title as published
--   year        integer?  release year; null where the title has none
--   ratings     integer   ratings
--   meanRating  number    stars
--   deviation   number    population standard deviation of the ratings, stars
--   lowShare    number    share of ratings of at most 2 stars, 0–1
--   highShare   number    share of ratings of at least 4 stars, 0–1
WITH extremes AS (
  SELECT
    movieId,
    count(CASE WHEN rating <= 2 THEN 1 END) / count(*) AS lowShare,
    count(CASE WHEN rating >= 4 THEN 1 END) / count(*) AS highShare
  FROM ratings GROUP BY movieId
), ranked AS (
  SELECT s.*, row_number() OVER (ORDER BY deviation DESC, ratings DESC, movieId) AS position
  FROM movie_stats s
  WHERE ratings > 0 AND ratings >= $minRatings
)
SELECT
  r.position AS rank,
  r.movieId AS movieId,
  r.title AS title,
  r.year AS year,
  r.ratings AS ratings,
  r.meanRating AS meanRating,
  r.deviation AS deviation,
  e.lowShare AS lowShare,
  e.highShare AS highShare
FROM ranked r
JOIN extremes e ON e.movieId = r.movieId
WHERE r.position <= $limit
ORDER BY r.position
