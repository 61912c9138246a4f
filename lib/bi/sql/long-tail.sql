-- question: How is attention spread from the most rated film to the least?
-- decision: How much of the catalogue a popularity list leaves in the dark, and what coverage to ask of the model.
-- columns:
--   rank             integer  place of the film by ratings, 1 = most rated; about `points` places, first and last included
--   catalogueShare   number   rank ÷ rated films, 0–1
--   ratings          integer  ratings of the film at that place
--   cumulativeShare  number   share of all ratings that the films down to that place have, 0–1; ends at 1
WITH ranked AS (
  SELECT
    ratings,
    row_number() OVER (ORDER BY ratings DESC, movieId) AS position,
    sum(ratings) OVER (ORDER BY ratings DESC, movieId ROWS UNBOUNDED PRECEDING) AS cumulative,
    sum(ratings) OVER () AS total,
    count(*) OVER () AS movies
  FROM movie_stats
  WHERE ratings > 0
)
SELECT
  position AS rank,
  position / movies AS catalogueShare,
  ratings AS ratings,
  cumulative / total AS cumulativeShare
FROM ranked
WHERE position = 1 OR floor(position * $points / movies) > floor((position - 1) * $points / movies)
ORDER BY position
