-- question: How full is the user × film matrix, from light to heavy users and from niche to popular films?
-- decision: For which users and films the model has evidence, and where a fallback must answer.
-- columns:
--   activityBand    text     ratings per user, from–to
--   popularityBand  text     ratings per film, from–to; rated films only
--   users           integer  users in the band
--   movies          integer  films in the band
--   cells           integer  users × films: the ratings that are possible
--   ratings         integer  ratings that are there
--   density         number   ratings ÷ cells, 0–1
WITH user_bands AS (
  SELECT activityOrder, activityBand, count(*) AS users FROM user_stats GROUP BY activityOrder, activityBand
), movie_bands AS (
  SELECT popularityOrder, popularityBand, count(*) AS movies
  FROM movie_stats WHERE ratings > 0 GROUP BY popularityOrder, popularityBand
), filled AS (
  SELECT u.activityOrder, m.popularityOrder, count(*) AS ratings
  FROM ratings r
  JOIN user_stats u ON u.userId = r.userId
  JOIN movie_stats m ON m.movieId = r.movieId
  GROUP BY u.activityOrder, m.popularityOrder
)
SELECT
  u.activityBand AS activityBand,
  m.popularityBand AS popularityBand,
  u.users AS users,
  m.movies AS movies,
  u.users * m.movies AS cells,
  coalesce(f.ratings, 0) AS ratings,
  coalesce(f.ratings, 0) / (u.users * m.movies) AS density
FROM user_bands u
CROSS JOIN movie_bands m
LEFT JOIN filled f ON f.activityOrder = u.activityOrder AND f.popularityOrder = m.popularityOrder
ORDER BY u.activityOrder, m.popularityOrder
