-- question: Which share of users still rates m months after the first rating?
-- decision: What retention to expect without intervention, against which re-engagement is measured. Most users of MovieLens rate in one session, so this falls at once.
-- columns:
--   month          integer  months since the user's first rating: month m is days 30·m to 30·m + 29; 0 … `maxMonths`
--   eligibleUsers  integer  users whose month m ended before the data does
--   activeUsers    integer  those of them who rated in month m
--   retention      number   activeUsers ÷ eligibleUsers, 0–1
WITH active AS (
  SELECT DISTINCT r.userId, CAST(floor((r.timestamp - u.firstTimestamp) / 2592000) AS INTEGER) AS month
  FROM ratings r JOIN user_stats u ON u.userId = r.userId
)
SELECT
  n.n AS month,
  count(*) AS eligibleUsers,
  count(a.userId) AS activeUsers,
  count(a.userId) / count(*) AS retention
FROM user_stats u
JOIN numbers n ON n.n <= $maxMonths
LEFT JOIN active a ON a.userId = u.userId AND a.month = n.n
WHERE u.firstTimestamp + (n.n + 1) * 2592000 <= (SELECT max(timestamp) FROM ratings)
GROUP BY n.n
ORDER BY n.n
