-- question: How many films of each decade were never rated, rated once, or rated often enough to recommend?
-- decision: Which films need a first audience (or to be delisted), since collaborative filtering cannot reach them.
-- columns:
--   decade            integer?  first year of the release decade; null for films without a year
--   movies            integer   films
--   neverRated        integer   films without a rating
--   ratedOnce         integer   films with exactly one rating
--   enoughRated       integer   films with at least `enoughRatings` ratings
--   neverRatedShare   number    of the decade's films, 0–1
--   ratedOnceShare    number    of the decade's films, 0–1
--   enoughRatedShare  number    of the decade's films, 0–1
--   medianRatings     number    ratings of the decade's median film
SELECT
  decade AS decade,
  count(*) AS movies,
  count(CASE WHEN ratings = 0 THEN 1 END) AS neverRated,
  count(CASE WHEN ratings = 1 THEN 1 END) AS ratedOnce,
  count(CASE WHEN ratings >= $enoughRatings THEN 1 END) AS enoughRated,
  count(CASE WHEN ratings = 0 THEN 1 END) / count(*) AS neverRatedShare,
  count(CASE WHEN ratings = 1 THEN 1 END) / count(*) AS ratedOnceShare,
  count(CASE WHEN ratings >= $enoughRatings THEN 1 END) / count(*) AS enoughRatedShare,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY ratings) AS medianRatings
FROM movie_stats
GROUP BY decade
ORDER BY decade NULLS LAST
