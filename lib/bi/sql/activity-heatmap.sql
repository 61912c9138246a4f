-- question: How is activity spread over the hours of the week (UTC)?
-- decision: In which hours of the week the service needs capacity and people on call.
-- columns:
--   weekday      integer  1 = Monday … 7 = Sunday
--   weekdayName  text     English name
--   hour         integer  0–23 (UTC); all 168 cells
--   ratings      integer  ratings
--   share        number   of all ratings, 0–1
--   users        integer  users who ever rated in that hour of the week
SELECT
  w.weekday AS weekday,
  w.weekdayName AS weekdayName,
  h.n AS hour,
  count(t.userId) AS ratings,
  count(t.userId) / sum(count(t.userId)) OVER () AS share,
  count(DISTINCT t.userId) AS users
FROM weekdays w
CROSS JOIN (SELECT n FROM numbers WHERE n < 24) h
LEFT JOIN rating_times t ON t.weekday = w.weekday AND t.hour = h.n
GROUP BY w.weekday, w.weekdayName, h.n
ORDER BY w.weekday, h.n
