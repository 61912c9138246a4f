-- question: How did the use of half stars change over the years, and with it the scale's meaning?
-- decision: Whether ratings from before half stars may be mixed with later ones without correction.
-- columns:
--   year           integer  calendar year (UTC) with at least one rating
--   ratings        integer  ratings
--   wholeStars     integer  ratings on whole stars
--   halfStars      integer  ratings on half stars
--   halfStarShare  number   halfStars ÷ ratings, 0–1
--   meanRating     number   stars
SELECT
  year AS year,
  count(*) AS ratings,
  count(CASE WHEN rating = floor(rating) THEN 1 END) AS wholeStars,
  count(CASE WHEN rating <> floor(rating) THEN 1 END) AS halfStars,
  count(CASE WHEN rating <> floor(rating) THEN 1 END) / count(*) AS halfStarShare,
  avg(rating) AS meanRating
FROM rating_times
GROUP BY year
ORDER BY year
