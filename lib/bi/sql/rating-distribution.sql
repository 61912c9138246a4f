-- question: How are the stars distributed?
-- decision: Which rating counts as "liked" in evaluation and in the interface.
-- columns:
--   rating           number   stars, every value that occurs
--   ratings          integer  ratings with that value
--   share            number   of all ratings, 0–1
--   cumulativeShare  number   share of ratings with at most that value, 0–1; ends at 1
SELECT
  rating AS rating,
  count(*) AS ratings,
  count(*) / sum(count(*)) OVER () AS share,
  sum(count(*)) OVER (ORDER BY rating) / sum(count(*)) OVER () AS cumulativeShare
FROM ratings
GROUP BY rating
ORDER BY rating
