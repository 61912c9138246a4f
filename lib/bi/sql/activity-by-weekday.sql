-- question: On which days of the week (UTC) do users rate?
-- decision: Which days to release new content and newsletters on.
-- columns:
--   weekday      integer  1 = Monday … 7 = Sunday, all 7
--   weekdayName  text     English name
--   ratings      integer  ratings
--   share        number   of all ratings, 0–1
--   users        integer  users who ever rated on that weekday
--   meanRating   number?  stars; null without a rating
SELECT
  w.weekday AS weekday,
  w.weekdayName AS weekdayName,
  count(t.userId) AS ratings,
  count(t.userId) / sum(count(t.userId)) OVER () AS share,
  count(DISTINCT t.userId) AS users,
  avg(t.rating) AS meanRating
FROM weekdays w
LEFT JOIN rating_times t ON t.weekday = w.weekday
GROUP BY w.weekday, w.weekdayName
ORDER BY w.weekday
