-- question: How do ratings, active users, new users and the mean rating develop from year to year?
-- decision: Which years the model should learn from, and whether growth comes from new users or from loyal ones.
-- columns:
--   year         integer  calendar year (UTC), without gaps from the first to the last
--   ratings      integer  ratings given in the year
--   share        number   of all ratings, 0–1
--   activeUsers  integer  users who rated in the year
--   newUsers     integer  users whose first rating is in the year
--   ratedMovies  integer  films that were rated in the year
--   meanRating   number?  stars; null in a year without a rating
WITH by_year AS (
  SELECT
    year, count(*) AS ratings, count(DISTINCT userId) AS activeUsers, count(DISTINCT movieId) AS ratedMovies,
    avg(rating) AS meanRating
  FROM rating_times GROUP BY year
), arrivals AS (
  SELECT firstYear AS year, count(*) AS newUsers
  FROM (SELECT userId, min(year) AS firstYear FROM rating_times GROUP BY userId) f
  GROUP BY firstYear
), axis AS (
  SELECT firstYear + n AS year
  FROM numbers CROSS JOIN (SELECT min(year) AS firstYear, max(year) AS lastYear FROM by_year) s
  WHERE firstYear + n <= lastYear
)
SELECT
  axis.year AS year,
  coalesce(b.ratings, 0) AS ratings,
  coalesce(b.ratings, 0) / sum(b.ratings) OVER () AS share,
  coalesce(b.activeUsers, 0) AS activeUsers,
  coalesce(a.newUsers, 0) AS newUsers,
  coalesce(b.ratedMovies, 0) AS ratedMovies,
  b.meanRating AS meanRating
FROM axis
LEFT JOIN by_year b ON b.year = axis.year
LEFT JOIN arrivals a ON a.year = axis.year
ORDER BY axis.year
