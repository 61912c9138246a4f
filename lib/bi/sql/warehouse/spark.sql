-- What every question may read, prepared for Spark SQL as duckdb.sql prepares it for DuckDB: the same names, columns
-- and types. Words in braces are filled in. movie_rows and tag_rows have been sent. All times are UTC.

SET TIME ZONE 'UTC';

CREATE OR REPLACE TEMPORARY VIEW rating_rows AS SELECT userId, movieId, rating, timestamp FROM {RATINGS};

CREATE OR REPLACE TEMPORARY VIEW movies AS
SELECT
  movieId, title, nullif(year, {NO_YEAR}) AS year,
  CASE WHEN genres = '' THEN CAST(array() AS ARRAY<STRING>) ELSE split(genres, '[|]') END AS genres
FROM movie_rows;

CREATE OR REPLACE TEMPORARY VIEW movie_genres AS
SELECT movieId, explode(split(CASE WHEN genres = '' THEN {NO_GENRE} ELSE genres END, '[|]')) AS genre
FROM movie_rows;

-- 0 … 9999, to fill the gaps of a time axis.
CREATE OR REPLACE TEMPORARY VIEW numbers AS SELECT CAST(id AS INTEGER) AS n FROM range(10000);

CREATE OR REPLACE TEMPORARY VIEW ratings AS
SELECT userId, movieId, rating, timestamp, timestamp_seconds(timestamp) AS rated_at FROM rating_rows;

CREATE OR REPLACE TEMPORARY VIEW tags AS
SELECT userId, movieId, tag, timestamp, timestamp_seconds(timestamp) AS tagged_at FROM tag_rows;

-- weekday 1 = Monday … 7 = Sunday; day counts days and month_number months, so that differences mean something.
CREATE OR REPLACE TEMPORARY VIEW rating_times AS
SELECT
  userId, movieId, rating, timestamp,
  year(rated_at) AS year,
  quarter(rated_at) AS quarter,
  month(rated_at) AS month_of_year,
  year(rated_at) * 12 + month(rated_at) - 1 AS month_number,
  weekday(rated_at) + 1 AS weekday,
  hour(rated_at) AS hour,
  CAST(floor(timestamp / 86400) AS INTEGER) AS day
FROM ratings;

CREATE OR REPLACE TEMPORARY VIEW weekdays AS
SELECT * FROM (VALUES (1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'),
  (6, 'Saturday'), (7, 'Sunday')) AS t (weekday, weekdayName);

CREATE OR REPLACE TEMPORARY VIEW month_names AS
SELECT * FROM (VALUES (1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'),
  (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'), (12, 'December'))
  AS t (month_of_year, monthName);

-- Bounds are inclusive.
CREATE OR REPLACE TEMPORARY VIEW activity_bands AS
SELECT * FROM (VALUES (1, '1–19', 1, 19), (2, '20–49', 20, 49), (3, '50–99', 50, 99), (4, '100–199', 100, 199),
  (5, '200–499', 200, 499), (6, '500–999', 500, 999), (7, '1,000+', 1000, 2147483647))
  AS t (band_order, band, band_from, band_to);

CREATE OR REPLACE TEMPORARY VIEW popularity_bands AS
SELECT * FROM (VALUES (1, 'never rated', 0, 0), (2, '1', 1, 1), (3, '2–9', 2, 9), (4, '10–49', 10, 49),
  (5, '50–99', 50, 99), (6, '100–999', 100, 999), (7, '1,000–9,999', 1000, 9999), (8, '10,000+', 10000, 2147483647))
  AS t (band_order, band, band_from, band_to);

-- Sums of half stars and of their squares are exact in binary, whatever the order of adding; the deviation comes
-- from them, so that films with equal ratings tie exactly.
CREATE OR REPLACE TEMPORARY VIEW movie_stats AS
SELECT
  m.movieId, m.title, m.year,
  CAST(floor(m.year / 10) * 10 AS INTEGER) AS decade,
  coalesce(r.ratings, 0) AS ratings,
  coalesce(r.ratingSum, 0) AS ratingSum,
  coalesce(r.squareSum, 0) AS squareSum,
  r.ratingSum / r.ratings AS meanRating,
  sqrt(r.ratings * r.squareSum - r.ratingSum * r.ratingSum) / r.ratings AS deviation,
  b.band AS popularityBand,
  b.band_order AS popularityOrder
FROM movies m
LEFT JOIN (
  SELECT movieId, count(*) AS ratings, sum(rating) AS ratingSum, sum(rating * rating) AS squareSum
  FROM ratings GROUP BY movieId
) r ON r.movieId = m.movieId
JOIN popularity_bands b ON coalesce(r.ratings, 0) BETWEEN b.band_from AND b.band_to;

CREATE OR REPLACE TEMPORARY VIEW user_stats AS
SELECT u.*, b.band AS activityBand, b.band_order AS activityOrder
FROM (
  SELECT
    userId, count(*) AS ratings, sum(rating) AS ratingSum, avg(rating) AS meanRating,
    min(timestamp) AS firstTimestamp, max(timestamp) AS lastTimestamp
  FROM ratings GROUP BY userId
) u
JOIN activity_bands b ON u.ratings BETWEEN b.band_from AND b.band_to;
