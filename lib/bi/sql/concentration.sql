-- question: Which share of the ratings do the top 1, 5, 10, 20 and 50 % of films and of users have?
-- decision: Whether a few heavy users or blockbusters decide what the model learns, and must be capped.
-- columns:
--   side         text     'movies' (by ratings received; rated films) or 'users' (by ratings given)
--   topShare     number   share of the side's members, 0–1
--   members      integer  that share in members, rounded up
--   ratings      integer  their ratings
--   ratingShare  number   of all ratings, 0–1
WITH sides AS (
  SELECT 'movies' AS side, movieId AS id, ratings FROM movie_stats WHERE ratings > 0
  UNION ALL
  SELECT 'users' AS side, userId AS id, ratings FROM user_stats
), ranked AS (
  SELECT
    side, ratings,
    row_number() OVER (PARTITION BY side ORDER BY ratings DESC, id) AS position,
    count(*) OVER (PARTITION BY side) AS members,
    sum(ratings) OVER (PARTITION BY side) AS total
  FROM sides
)
SELECT
  r.side AS side,
  p.percent / 100 AS topShare,
  count(*) AS members,
  sum(r.ratings) AS ratings,
  sum(r.ratings) / max(r.total) AS ratingShare
FROM ranked r
JOIN (VALUES (1), (5), (10), (20), (50)) AS p (percent) ON r.position <= ceil(r.members * p.percent / 100)
GROUP BY r.side, p.percent
ORDER BY r.side, p.percent
