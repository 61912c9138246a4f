-- question: Do heavy users rate differently from light users?
-- decision: Whether means must be corrected for who rated, as ALS does with user biases.
-- columns:
--   band             text     ratings per user, from–to
--   users            integer  users in the band
--   ratings          integer  their ratings
--   meanRating       number   stars, each rating counting once
--   meanOfUserMeans  number   stars, each user counting once
--   deviationOfUserMeans  number  population standard deviation of the users' means, stars
SELECT
  activityBand AS band,
  count(*) AS users,
  sum(ratings) AS ratings,
  sum(ratingSum) / sum(ratings) AS meanRating,
  avg(meanRating) AS meanOfUserMeans,
  stddev_pop(meanRating) AS deviationOfUserMeans
FROM user_stats
GROUP BY activityBand, activityOrder
ORDER BY activityOrder
