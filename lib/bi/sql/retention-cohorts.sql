-- question: Does retention differ between users who came in different years?
-- decision: Whether changes to the product in a year kept newcomers longer.
-- columns:
--   cohort         integer  year of the user's first rating (UTC)
--   month          integer  months since the user's first rating: month m is days 30·m to 30·m + 29; 0 … `maxMonths`
--   eligibleUsers  integer  users of the cohort whose month m ended before the data does; cells without any are left out
--   activeUsers    integer  those of them who rated in month m
--   retention      number   activeUsers ÷ eligibleUsers, 0–1
WITH cohorts AS (
  SELECT userId, min(year) AS cohort, min(timestamp) AS firstTimestamp FROM rating_times GROUP BY userId
), active AS (
  SELECT DISTINCT r.userId, CAST(floor((r.timestamp - c.firstTimestamp) / 2592000) AS INTEGER) AS month
  FROM ratings r JOIN cohorts c ON c.userId = r.userId
)
SELECT
  c.cohort AS cohort,
  n.n AS month,
  count(*) AS eligibleUsers,
  count(a.userId) AS activeUsers,
  count(a.userId) / count(*) AS retention
FROM cohorts c
JOIN numbers n ON n.n <= $maxMonths
LEFT JOIN active a ON a.userId = c.userId AND a.month = n.n
WHERE c.firstTimestamp + (n.n + 1) * 2592000 <= (SELECT max(timestamp) FROM ratings)
GROUP BY c.cohort, n.n
ORDER BY c.cohort, n.n
