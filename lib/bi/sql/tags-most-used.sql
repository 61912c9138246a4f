-- question: Which words do users describe films with?
-- decision: Which tags to offer as filters and as reasons beside a recommendation.
-- columns:
--   rank        integer  1 = most used
--   tag         text     tag in lower case without surrounding blanks
--   uses        integer  times it was given
--   users       integer  users who gave it
--   movies      integer  films that have it
--   usesByTopUser  number  share of its uses that come from one user, 0–1: near 1, it is one person's word
WITH per_user AS (
  SELECT lower(trim(tag)) AS tag, userId, count(*) AS uses FROM tags GROUP BY lower(trim(tag)), userId
), per_tag AS (
  SELECT tag, sum(uses) AS uses, count(*) AS users, max(uses) / sum(uses) AS usesByTopUser FROM per_user GROUP BY tag
), films AS (
  SELECT lower(trim(tag)) AS tag, count(DISTINCT movieId) AS movies FROM tags GROUP BY lower(trim(tag))
), ranked AS (
  SELECT t.*, f.movies, row_number() OVER (ORDER BY t.uses DESC, t.users DESC, t.tag) AS position
  FROM per_tag t JOIN films f ON f.tag = t.tag
)
SELECT
  position AS rank,
  tag AS tag,
  uses AS uses,
  users AS users,
  movies AS movies,
  usesByTopUser AS usesByTopUser
FROM ranked
WHERE position <= $limit
ORDER BY position
