-- question: How old are films when they are rated, and are old ones rated better?
-- decision: How much weight novelty gets against the back catalogue, given that old films are rated by those who sought them.
-- columns:
--   ageYears         integer  year of rating − release year; negative where the film was rated before its stated year
--   ratings          integer  ratings at that age; films without a year are left out
--   share            number   of the ratings counted here, 0–1
--   cumulativeShare  number   share of ratings at most that age, 0–1; ends at 1
--   movies           integer  films rated at that age
--   meanRating       number   stars
SELECT
  t.year - m.year AS ageYears,
  count(*) AS ratings,
  count(*) / sum(count(*)) OVER () AS share,
  sum(count(*)) OVER (ORDER BY t.year - m.year) / sum(count(*)) OVER () AS cumulativeShare,
  count(DISTINCT t.movieId) AS movies,
  avg(t.rating) AS meanRating
FROM rating_times t
JOIN movies m ON m.movieId = t.movieId
WHERE m.year IS NOT NULL
GROUP BY t.year - m.year
ORDER BY ageYears
