-- question: How many ratings and active users does each month bring?
-- decision: When to run campaigns and how much capacity the service needs at its peaks.
-- columns:
--   month        text     calendar month, YYYY-MM (UTC), without gaps from the first to the last
--   ratings      integer  ratings given in the month
--   activeUsers  integer  users who rated in the month
--   newUsers     integer  users whose first rating is in the month
--   meanRating   number?  stars; null in a month without a rating
WITH by_month AS (
  SELECT month_number, count(*) AS ratings, count(DISTINCT userId) AS activeUsers, avg(rating) AS meanRating
  FROM rating_times GROUP BY month_number
), arrivals AS (
  SELECT firstMonth AS month_number, count(*) AS newUsers
  FROM (SELECT userId, min(month_number) AS firstMonth FROM rating_times GROUP BY userId) f
  GROUP BY firstMonth
), axis AS (
  SELECT firstMonth + n AS month_number
  FROM numbers CROSS JOIN (SELECT min(month_number) AS firstMonth, max(month_number) AS lastMonth FROM by_month) s
  WHERE firstMonth + n <= lastMonth
)
SELECT
  concat(
    CAST(CAST(floor(axis.month_number / 12) AS INTEGER) AS STRING), '-',
    lpad(CAST(axis.month_number % 12 + 1 AS STRING), 2, '0')
  ) AS month,
  coalesce(b.ratings, 0) AS ratings,
  coalesce(b.activeUsers, 0) AS activeUsers,
  coalesce(a.newUsers, 0) AS newUsers,
  b.meanRating AS meanRating
FROM axis
LEFT JOIN by_month b ON b.month_number = axis.month_number
LEFT JOIN arrivals a ON a.month_number = axis.month_number
ORDER BY axis.month_number
