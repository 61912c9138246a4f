-- question: Which genres make up the catalogue and the ratings, and how are they liked?
-- decision: Which genres to buy more of: those with many ratings per film and a high mean.
-- columns:
--   genre            text     genre; a film with several counts in each; "(no genres listed)" included
--   movies           integer  films of the genre
--   movieShare       number   of all films, 0–1; adds up to more than 1
--   ratings          integer  ratings of these films
--   ratingShare      number   of all ratings, 0–1; adds up to more than 1
--   ratingsPerMovie  number   ratings ÷ films
--   meanRating       number?  stars; null without a rating
--   deviation        number?  population standard deviation of the ratings, stars
SELECT
  g.genre AS genre,
  count(*) AS movies,
  count(*) / (SELECT count(*) FROM movies) AS movieShare,
  sum(s.ratings) AS ratings,
  sum(s.ratings) / (SELECT count(*) FROM ratings) AS ratingShare,
  sum(s.ratings) / count(*) AS ratingsPerMovie,
  CASE WHEN sum(s.ratings) > 0 THEN sum(s.ratingSum) / sum(s.ratings) END AS meanRating,
  CASE WHEN sum(s.ratings) > 0
    THEN sqrt(sum(s.ratings) * sum(s.squareSum) - sum(s.ratingSum) * sum(s.ratingSum)) / sum(s.ratings)
  END AS deviation
FROM movie_genres g
JOIN movie_stats s ON s.movieId = g.movieId
GROUP BY g.genre
ORDER BY sum(s.ratings) DESC, g.genre
