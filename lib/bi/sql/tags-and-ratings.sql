-- question: Which tags go with high ratings and which with low ones, by the same user of the same film?
-- decision: Which qualities to buy and to name in descriptions, and which warn.
-- columns:
--   tag            text     tag in lower case without surrounding blanks, with at least `minRatings` ratings by `minUsers` users
--   ratings        integer  ratings by users who gave the film this tag
--   users          integer  these users
--   movies         integer  these films
--   meanRating     number   mean of these ratings, stars
--   liftOverUsers  number   mean of (rating − its user's own mean), stars: above 0, the tag goes with what these users like
WITH tagged AS (
  SELECT DISTINCT lower(trim(tag)) AS tag, userId, movieId FROM tags
)
SELECT
  t.tag AS tag,
  count(*) AS ratings,
  count(DISTINCT t.userId) AS users,
  count(DISTINCT t.movieId) AS movies,
  avg(r.rating) AS meanRating,
  avg(r.rating - u.meanRating) AS liftOverUsers
FROM tagged t
JOIN ratings r ON r.userId = t.userId AND r.movieId = t.movieId
JOIN user_stats u ON u.userId = t.userId
GROUP BY t.tag
HAVING count(*) >= $minRatings AND count(DISTINCT t.userId) >= $minUsers
ORDER BY round(avg(r.rating - u.meanRating), 9) DESC, t.tag
