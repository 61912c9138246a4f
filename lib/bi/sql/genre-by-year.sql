-- question: How do the genres' share of ratings and their mean change over the years?
-- decision: Which genres are rising and deserve space on the home page, and which fade.
-- columns:
--   year         integer  calendar year of the rating (UTC)
--   genre        text     genre; a film with several counts in each
--   ratings      integer  ratings of the genre's films in the year
--   ratingShare  number   of all ratings of that year, 0–1; adds up to more than 1 over genres
--   meanRating   number   stars
WITH movie_years AS (
  SELECT year, movieId, count(*) AS ratings, sum(rating) AS ratingSum FROM rating_times GROUP BY year, movieId
), years AS (
  SELECT year, sum(ratings) AS ratings FROM movie_years GROUP BY year
)
SELECT
  m.year AS year,
  g.genre AS genre,
  sum(m.ratings) AS ratings,
  sum(m.ratings) / max(y.ratings) AS ratingShare,
  sum(m.ratingSum) / sum(m.ratings) AS meanRating
FROM movie_years m
JOIN years y ON y.year = m.year
JOIN movie_genres g ON g.movieId = m.movieId
GROUP BY m.year, g.genre
ORDER BY m.year, g.genre
