-- question: How far apart are strict and generous users?
-- decision: Whether to show predicted stars relative to the user's own scale.
-- columns:
--   meanFrom  number   lower end of the user's mean rating, stars, inclusive; bins are a quarter star wide
--   meanTo    number   upper end, exclusive
--   users     integer  users whose mean rating falls in the bin
--   share     number   of all users, 0–1
WITH bins AS (SELECT floor(meanRating * 4) / 4 AS meanFrom FROM user_stats)
SELECT
  meanFrom AS meanFrom,
  meanFrom + 0.25 AS meanTo,
  count(*) AS users,
  count(*) / sum(count(*)) OVER () AS share
FROM bins
GROUP BY meanFrom
ORDER BY meanFrom
