-- question: How many ratings do users give, and how much of the data comes from each group?
-- decision: Which user groups to address: bring light users further, keep heavy users.
-- columns:
--   band              text     ratings per user, from–to
--   users             integer  users in the band
--   userShare         number   of all users, 0–1
--   ratings           integer  their ratings
--   ratingShare       number   of all ratings, 0–1
--   medianActiveDays  number   distinct days (UTC) with a rating, of the band's median user
WITH days AS (
  SELECT userId, count(DISTINCT day) AS activeDays FROM rating_times GROUP BY userId
)
SELECT
  u.activityBand AS band,
  count(*) AS users,
  count(*) / sum(count(*)) OVER () AS userShare,
  sum(u.ratings) AS ratings,
  sum(u.ratings) / sum(sum(u.ratings)) OVER () AS ratingShare,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY d.activeDays) AS medianActiveDays
FROM user_stats u
JOIN days d ON d.userId = u.userId
GROUP BY u.activityBand, u.activityOrder
ORDER BY u.activityOrder
