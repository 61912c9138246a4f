-- question: What are the totals when drilling from all time down to year, quarter and month?
-- decision: Where an unusual year comes from: one month's event or a lasting change.
-- columns:
--   level        text      'all', 'year', 'quarter' or 'month': what the row sums up
--   year         integer?  calendar year (UTC); null in the grand total
--   quarter      integer?  1–4; null above quarters
--   monthOfYear  integer?  1–12; null above months
--   ratings      integer   ratings
--   activeUsers  integer   distinct users who rated, so not the sum of the rows below
--   meanRating   number    stars
SELECT
  CASE GROUPING(year) + GROUPING(quarter) + GROUPING(month_of_year)
    WHEN 3 THEN 'all' WHEN 2 THEN 'year' WHEN 1 THEN 'quarter' ELSE 'month'
  END AS level,
  year AS year,
  quarter AS quarter,
  month_of_year AS monthOfYear,
  count(*) AS ratings,
  count(DISTINCT userId) AS activeUsers,
  avg(rating) AS meanRating
FROM rating_times
GROUP BY ROLLUP (year, quarter, month_of_year)
ORDER BY year NULLS FIRST, quarter NULLS FIRST, month_of_year NULLS FIRST
