-- question: Which months of the year are busier than others?
-- decision: How to spread marketing over the year; whether a peak is a season or the event of one year.
-- columns:
--   monthOfYear           integer  1–12, all 12
--   monthName             text     English name
--   ratings               integer  ratings in that month of any year
--   share                 number   of all ratings, 0–1
--   meanRating            number?  stars; null without a rating
--   completeYearRatings   integer  ratings in years strictly between the first and the last, which may be partial
--   seasonalIndex         number?  completeYearRatings ÷ their mean over months; 1 = average; null without a complete year
--   medianShareOfYear     number?  median over complete years of the month's share of its year, 0–1; one event cannot move it
WITH cells AS (
  SELECT year, month_of_year, count(*) AS ratings, sum(rating) AS ratingSum
  FROM rating_times GROUP BY year, month_of_year
), complete_years AS (
  SELECT year, sum(ratings) AS ratings
  FROM cells
  WHERE year > (SELECT min(year) FROM cells) AND year < (SELECT max(year) FROM cells)
  GROUP BY year
), complete AS (
  SELECT
    m.month_of_year,
    sum(coalesce(c.ratings, 0)) AS ratings,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(c.ratings, 0) / y.ratings) AS medianShare
  FROM complete_years y
  CROSS JOIN month_names m
  LEFT JOIN cells c ON c.year = y.year AND c.month_of_year = m.month_of_year
  GROUP BY m.month_of_year
), every AS (
  SELECT month_of_year, sum(ratings) AS ratings, sum(ratingSum) AS ratingSum FROM cells GROUP BY month_of_year
)
SELECT
  m.month_of_year AS monthOfYear,
  m.monthName AS monthName,
  coalesce(e.ratings, 0) AS ratings,
  coalesce(e.ratings, 0) / sum(e.ratings) OVER () AS share,
  e.ratingSum / e.ratings AS meanRating,
  coalesce(c.ratings, 0) AS completeYearRatings,
  c.ratings * 12 / sum(c.ratings) OVER () AS seasonalIndex,
  c.medianShare AS medianShareOfYear
FROM month_names m
LEFT JOIN every e ON e.month_of_year = m.month_of_year
LEFT JOIN complete c ON c.month_of_year = m.month_of_year
ORDER BY m.month_of_year
