-- question: Are popular films also better rated?
-- decision: How hard a popularity baseline is to beat, and whether niche films can be ranked by their mean.
-- columns:
--   band         text     ratings per film, from–to
--   movies       integer  films in the band, never rated ones included
--   movieShare   number   of all films, 0–1
--   ratings      integer  their ratings
--   ratingShare  number   of all ratings, 0–1
--   meanRating   number?  stars, each rating counting once; null without a rating
--   meanOfMovieMeans       number?  stars, each film counting once
--   deviationOfMovieMeans  number?  population standard deviation of the films' means, stars
SELECT
  popularityBand AS band,
  count(*) AS movies,
  count(*) / sum(count(*)) OVER () AS movieShare,
  sum(ratings) AS ratings,
  sum(ratings) / sum(sum(ratings)) OVER () AS ratingShare,
  CASE WHEN sum(ratings) > 0 THEN sum(ratingSum) / sum(ratings) END AS meanRating,
  avg(meanRating) AS meanOfMovieMeans,
  stddev_pop(meanRating) AS deviationOfMovieMeans
FROM movie_stats
GROUP BY popularityBand, popularityOrder
ORDER BY popularityOrder
