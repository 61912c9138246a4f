-- question: How many users reach 20, 50, 100, 200, 500 and 1,000 ratings, and how fast?
-- decision: At which step to encourage users, and after how many ratings personal recommendations must be good.
-- columns:
--   step               integer  ratings reached; 1, 20, 50, 100, 200, 500, 1000
--   users              integer  users who reached it
--   shareOfUsers       number   of all users, 0–1
--   shareOfPrevious    number?  of the users at the step before, 0–1; null at the first, and after a step that nobody reached
--   medianDaysToReach  number?  days from the first rating to this one, of the median user who reached it; null where nobody did
WITH placed AS (
  SELECT
    userId, timestamp,
    row_number() OVER (PARTITION BY userId ORDER BY timestamp, movieId) AS place
  FROM ratings
), steps AS (
  SELECT
    s.step,
    count(p.userId) AS users,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (p.timestamp - u.firstTimestamp) / 86400) AS medianDays
  FROM (VALUES (1), (20), (50), (100), (200), (500), (1000)) AS s (step)
  LEFT JOIN placed p ON p.place = s.step
  LEFT JOIN user_stats u ON u.userId = p.userId
  GROUP BY s.step
), compared AS (
  SELECT s.*, lag(users) OVER (ORDER BY step) AS previous FROM steps s
)
SELECT
  step AS step,
  users AS users,
  users / max(users) OVER () AS shareOfUsers,
  CASE WHEN previous > 0 THEN users / previous END AS shareOfPrevious,
  medianDays AS medianDaysToReach
FROM compared
ORDER BY step
