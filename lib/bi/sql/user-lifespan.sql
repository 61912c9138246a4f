-- question: How long do users stay, from their first rating to their last?
-- decision: How soon re-engagement must start, and how quickly a newcomer's ratings must change what is shown.
-- columns:
--   lifespan     text     time between the user's first and last rating
--   users        integer  users
--   userShare    number   of all users, 0–1
--   ratings      integer  their ratings
--   ratingShare  number   of all ratings, 0–1
SELECT
  b.band AS lifespan,
  count(*) AS users,
  count(*) / sum(count(*)) OVER () AS userShare,
  sum(u.ratings) AS ratings,
  sum(u.ratings) / sum(sum(u.ratings)) OVER () AS ratingShare
FROM user_stats u
JOIN (VALUES (1, 'up to 1 hour', 0, 3600), (2, 'up to 1 day', 3601, 86400), (3, 'up to 1 week', 86401, 604800),
  (4, 'up to 30 days', 604801, 2592000), (5, 'up to 1 year', 2592001, 31536000),
  (6, 'over 1 year', 31536001, 2147483647)) AS b (band_order, band, band_from, band_to)
  ON u.lastTimestamp - u.firstTimestamp BETWEEN b.band_from AND b.band_to
GROUP BY b.band, b.band_order
ORDER BY b.band_order
