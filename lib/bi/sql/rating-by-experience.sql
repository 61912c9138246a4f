-- question: Do users rate lower as their history grows, because they start with their favourites?
-- decision: How much to trust the first ratings of a newcomer, and which films to ask for at sign-up.
-- columns:
--   position            text     place of the rating in its user's history by time, from–to
--   ratings             integer  ratings at these places
--   users               integer  users who got that far
--   meanRating          number   stars
--   meanMinusUserMean   number   mean of (rating − the user's own mean), stars: free of who got that far
WITH placed AS (
  SELECT
    userId, rating,
    row_number() OVER (PARTITION BY userId ORDER BY timestamp, movieId) AS place
  FROM ratings
)
SELECT
  b.band AS position,
  count(*) AS ratings,
  count(DISTINCT p.userId) AS users,
  avg(p.rating) AS meanRating,
  avg(p.rating - u.meanRating) AS meanMinusUserMean
FROM placed p
JOIN user_stats u ON u.userId = p.userId
JOIN activity_bands b ON p.place BETWEEN b.band_from AND b.band_to
GROUP BY b.band, b.band_order
ORDER BY b.band_order
