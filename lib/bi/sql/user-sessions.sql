-- question: In how many sittings do users give their ratings?
-- decision: How much must be learned from the first session, since many users of MovieLens never come back for a second.
-- columns:
--   sessions             text     sittings per user, from–to; a pause of more than `gapMinutes` starts a new one
--   users                integer  users with that many
--   userShare            number   of all users, 0–1
--   ratings              integer  their ratings
--   ratingShare          number   of all ratings, 0–1
--   firstSessionRatings  integer  those of their ratings that were given in the first sitting
WITH gaps AS (
  SELECT
    userId, timestamp,
    timestamp - lag(timestamp) OVER (PARTITION BY userId ORDER BY timestamp) AS pause
  FROM ratings
), numbered AS (
  SELECT
    userId,
    1 + sum(CASE WHEN pause > $gapMinutes * 60 THEN 1 ELSE 0 END)
      OVER (PARTITION BY userId ORDER BY timestamp RANGE UNBOUNDED PRECEDING) AS session
  FROM gaps
), per_user AS (
  SELECT
    userId, max(session) AS sessions, count(*) AS ratings,
    count(CASE WHEN session = 1 THEN 1 END) AS firstSessionRatings
  FROM numbered GROUP BY userId
)
SELECT
  b.band AS sessions,
  count(*) AS users,
  count(*) / sum(count(*)) OVER () AS userShare,
  sum(p.ratings) AS ratings,
  sum(p.ratings) / sum(sum(p.ratings)) OVER () AS ratingShare,
  sum(p.firstSessionRatings) AS firstSessionRatings
FROM per_user p
JOIN (VALUES (1, '1', 1, 1), (2, '2', 2, 2), (3, '3–5', 3, 5), (4, '6–10', 6, 10), (5, '11–50', 11, 50),
  (6, '51+', 51, 2147483647)) AS b (band_order, band, band_from, band_to)
  ON p.sessions BETWEEN b.band_from AND b.band_to
GROUP BY b.band, b.band_order
ORDER BY b.band_order
