-- question: At which hours of the day (UTC) do users rate?
-- decision: When to send notifications and when to schedule maintenance and retraining.
-- columns:
--   hour        integer  0–23 (UTC), all 24
--   ratings     integer  ratings given in that hour of any day
--   share       number   of all ratings, 0–1
--   users       integer  users who ever rated in that hour
--   meanRating  number?  stars; null without a rating
SELECT
  numbers.n AS hour,
  count(t.userId) AS ratings,
  count(t.userId) / sum(count(t.userId)) OVER () AS share,
  count(DISTINCT t.userId) AS users,
  avg(t.rating) AS meanRating
FROM numbers
LEFT JOIN rating_times t ON t.hour = numbers.n
WHERE numbers.n < 24
GROUP BY numbers.n
ORDER BY numbers.n
