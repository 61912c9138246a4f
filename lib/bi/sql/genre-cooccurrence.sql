-- question: Which genres go together in one film?
-- decision: Which genre pairs work as one shelf, and which genres say little on their own.
-- columns:
--   genreA   text     genre, before genreB in the alphabet
--   genreB   text     genre
--   movies   integer  films with both
--   jaccard  number   films with both ÷ films with either, 0–1
--   lift     number   P(both) ÷ (P(A) · P(B)) over all films; above 1: more often together than by chance
WITH sizes AS (
  SELECT genre, count(*) AS movies FROM movie_genres GROUP BY genre
), pairs AS (
  SELECT a.genre AS genreA, b.genre AS genreB, count(*) AS movies
  FROM movie_genres a JOIN movie_genres b ON b.movieId = a.movieId AND a.genre < b.genre
  GROUP BY a.genre, b.genre
)
SELECT
  p.genreA AS genreA,
  p.genreB AS genreB,
  p.movies AS movies,
  p.movies / (a.movies + b.movies - p.movies) AS jaccard,
  p.movies * (SELECT count(*) FROM movies) / (a.movies * b.movies) AS lift
FROM pairs p
JOIN sizes a ON a.genre = p.genreA
JOIN sizes b ON b.genre = p.genreB
WHERE p.movies >= $minMovies
ORDER BY p.movies DESC, p.genreA, p.genreB
