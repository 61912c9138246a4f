-- question: How large is the data set, how dense is it, and which time does it cover?
-- decision: Whether there is enough evidence per user and film for personal recommendations, and where to fall back.
-- columns:
--   ratings              integer  ratings
--   users                integer  users with a rating
--   movies               integer  films in the catalogue
--   ratedMovies          integer  films with at least one rating
--   neverRatedMovies     integer  films without a rating
--   ratedOnceMovies      integer  films with exactly one rating
--   genres               integer  distinct genres, "(no genres listed)" left out
--   tagApplications      integer  tags given, repetitions included
--   distinctTags         integer  distinct tags, ignoring case and surrounding blanks
--   taggers              integer  users who gave a tag
--   density              number   ratings ÷ (users × rated films), 0–1
--   meanRating           number   stars
--   medianRating         number   stars
--   fewestRatingsOfUser  integer  ratings of the least active user
--   medianRatingsOfUser  number   ratings of the median user
--   mostRatingsOfUser    integer  ratings of the most active user
--   firstRated           text     day of the first rating, YYYY-MM-DD (UTC)
--   lastRated            text     day of the last rating, YYYY-MM-DD (UTC)
WITH r AS (
  SELECT
    count(*) AS ratings, avg(rating) AS meanRating,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY rating) AS medianRating,
    CAST(CAST(min(rated_at) AS DATE) AS STRING) AS firstRated,
    CAST(CAST(max(rated_at) AS DATE) AS STRING) AS lastRated
  FROM ratings
), u AS (
  SELECT
    count(*) AS users, min(ratings) AS fewest, max(ratings) AS most,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ratings) AS median
  FROM user_stats
), m AS (
  SELECT
    count(*) AS movies,
    count(CASE WHEN ratings > 0 THEN 1 END) AS rated,
    count(CASE WHEN ratings = 0 THEN 1 END) AS neverRated,
    count(CASE WHEN ratings = 1 THEN 1 END) AS ratedOnce
  FROM movie_stats
), g AS (
  SELECT count(DISTINCT genre) AS genres FROM movie_genres WHERE genre <> '(no genres listed)'
), t AS (
  SELECT count(*) AS applications, count(DISTINCT lower(trim(tag))) AS tags, count(DISTINCT userId) AS taggers
  FROM tags
)
SELECT
  r.ratings AS ratings,
  u.users AS users,
  m.movies AS movies,
  m.rated AS ratedMovies,
  m.neverRated AS neverRatedMovies,
  m.ratedOnce AS ratedOnceMovies,
  g.genres AS genres,
  t.applications AS tagApplications,
  t.tags AS distinctTags,
  t.taggers AS taggers,
  r.ratings / (u.users * m.rated) AS density,
  r.meanRating AS meanRating,
  r.medianRating AS medianRating,
  u.fewest AS fewestRatingsOfUser,
  u.median AS medianRatingsOfUser,
  u.most AS mostRatingsOfUser,
  r.firstRated AS firstRated,
  r.lastRated AS lastRated
FROM r CROSS JOIN u CROSS JOIN m CROSS JOIN g CROSS JOIN t
