/**
 * The answers' rows. What a column means, with its unit, stands once: in the comment of `sql/<name>.sql`, and in
 * `queries[name].columns`; a test holds the three together. Shares are 0–1, ids MovieLens ids, times UTC.
 * Type aliases, because an interface could not be passed where `Row` (any columns) is wanted, as tables do.
 */
export type OverviewRow = {
    ratings: number;
    users: number;
    movies: number;
    ratedMovies: number;
    neverRatedMovies: number;
    ratedOnceMovies: number;
    genres: number;
    tagApplications: number;
    distinctTags: number;
    taggers: number;
    density: number;
    meanRating: number;
    medianRating: number;
    fewestRatingsOfUser: number;
    medianRatingsOfUser: number;
    mostRatingsOfUser: number;
    firstRated: string;
    lastRated: string;
};
export type RatingsByYearRow = {
    year: number;
    ratings: number;
    share: number;
    activeUsers: number;
    newUsers: number;
    ratedMovies: number;
    meanRating: number | null;
};
export type RatingsByMonthRow = {
    month: string;
    ratings: number;
    activeUsers: number;
    newUsers: number;
    meanRating: number | null;
};
export type TimeRollupRow = {
    level: string;
    year: number | null;
    quarter: number | null;
    monthOfYear: number | null;
    ratings: number;
    activeUsers: number;
    meanRating: number;
};
export type ActivityByHourRow = {
    hour: number;
    ratings: number;
    share: number;
    users: number;
    meanRating: number | null;
};
export type ActivityByWeekdayRow = {
    weekday: number;
    weekdayName: string;
    ratings: number;
    share: number;
    users: number;
    meanRating: number | null;
};
export type ActivityHeatmapRow = {
    weekday: number;
    weekdayName: string;
    hour: number;
    ratings: number;
    share: number;
    users: number;
};
export type SeasonalityRow = {
    monthOfYear: number;
    monthName: string;
    ratings: number;
    share: number;
    meanRating: number | null;
    completeYearRatings: number;
    seasonalIndex: number | null;
    medianShareOfYear: number | null;
};
export type RatingDistributionRow = {
    rating: number;
    ratings: number;
    share: number;
    cumulativeShare: number;
};
export type HalfStarsByYearRow = {
    year: number;
    ratings: number;
    wholeStars: number;
    halfStars: number;
    halfStarShare: number;
    meanRating: number;
};
export type RatingBiasByActivityRow = {
    band: string;
    users: number;
    ratings: number;
    meanRating: number;
    meanOfUserMeans: number;
    deviationOfUserMeans: number;
};
export type RaterStrictnessRow = {
    meanFrom: number;
    meanTo: number;
    users: number;
    share: number;
};
export type RatingByExperienceRow = {
    position: string;
    ratings: number;
    users: number;
    meanRating: number;
    meanMinusUserMean: number;
};
export type GenreShareRow = {
    genre: string;
    movies: number;
    movieShare: number;
    ratings: number;
    ratingShare: number;
    ratingsPerMovie: number;
    meanRating: number | null;
    deviation: number | null;
};
export type GenreByYearRow = {
    year: number;
    genre: string;
    ratings: number;
    ratingShare: number;
    meanRating: number;
};
export type GenreDecadeCubeRow = {
    genre: string | null;
    decade: number | null;
    allGenres: number;
    allDecades: number;
    movies: number;
    ratings: number;
    ratingsInGenres: number;
    meanRating: number | null;
};
export type DecadeGenreHeatmapRow = {
    decade: number;
    genre: string;
    movies: number;
    ratings: number;
    meanRating: number | null;
};
export type GenreCooccurrenceRow = {
    genreA: string;
    genreB: string;
    movies: number;
    jaccard: number;
    lift: number;
};
export type TopMoviesRow = {
    rank: number;
    movieId: number;
    title: string;
    year: number | null;
    ratings: number;
    meanRating: number;
    bayesianMean: number;
};
export type DivisiveMoviesRow = {
    rank: number;
    movieId: number;
    title: string;
    year: number | null;
    ratings: number;
    meanRating: number;
    deviation: number;
    lowShare: number;
    highShare: number;
};
export type RatingByPopularityRow = {
    band: string;
    movies: number;
    movieShare: number;
    ratings: number;
    ratingShare: number;
    meanRating: number | null;
    meanOfMovieMeans: number | null;
    deviationOfMovieMeans: number | null;
};
export type LongTailRow = {
    rank: number;
    catalogueShare: number;
    ratings: number;
    cumulativeShare: number;
};
export type ConcentrationRow = {
    side: string;
    topShare: number;
    members: number;
    ratings: number;
    ratingShare: number;
};
export type CatalogueHealthRow = {
    decade: number | null;
    movies: number;
    neverRated: number;
    ratedOnce: number;
    enoughRated: number;
    neverRatedShare: number;
    ratedOnceShare: number;
    enoughRatedShare: number;
    medianRatings: number;
};
export type SparsityRow = {
    activityBand: string;
    popularityBand: string;
    users: number;
    movies: number;
    cells: number;
    ratings: number;
    density: number;
};
export type MovieAgeAtRatingRow = {
    ageYears: number;
    ratings: number;
    share: number;
    cumulativeShare: number;
    movies: number;
    meanRating: number;
};
export type UserActivityRow = {
    band: string;
    users: number;
    userShare: number;
    ratings: number;
    ratingShare: number;
    medianActiveDays: number;
};
export type UserSessionsRow = {
    sessions: string;
    users: number;
    userShare: number;
    ratings: number;
    ratingShare: number;
    firstSessionRatings: number;
};
export type UserLifespanRow = {
    lifespan: string;
    users: number;
    userShare: number;
    ratings: number;
    ratingShare: number;
};
export type RetentionRow = {
    month: number;
    eligibleUsers: number;
    activeUsers: number;
    retention: number;
};
export type RetentionCohortsRow = {
    cohort: number;
    month: number;
    eligibleUsers: number;
    activeUsers: number;
    retention: number;
};
export type NewUserFunnelRow = {
    step: number;
    users: number;
    shareOfUsers: number;
    shareOfPrevious: number | null;
    medianDaysToReach: number | null;
};
export type TagsMostUsedRow = {
    rank: number;
    tag: string;
    uses: number;
    users: number;
    movies: number;
    usesByTopUser: number;
};
export type TagsAndRatingsRow = {
    tag: string;
    ratings: number;
    users: number;
    movies: number;
    meanRating: number;
    liftOverUsers: number;
};
/** Question → the row of its answer and the parameters that it takes. */
export interface QueryTypes {
    overview: {
        row: OverviewRow;
        parameters: never;
    };
    "ratings-by-year": {
        row: RatingsByYearRow;
        parameters: never;
    };
    "ratings-by-month": {
        row: RatingsByMonthRow;
        parameters: never;
    };
    "time-rollup": {
        row: TimeRollupRow;
        parameters: never;
    };
    "activity-by-hour": {
        row: ActivityByHourRow;
        parameters: never;
    };
    "activity-by-weekday": {
        row: ActivityByWeekdayRow;
        parameters: never;
    };
    "activity-heatmap": {
        row: ActivityHeatmapRow;
        parameters: never;
    };
    seasonality: {
        row: SeasonalityRow;
        parameters: never;
    };
    "rating-distribution": {
        row: RatingDistributionRow;
        parameters: never;
    };
    "half-stars-by-year": {
        row: HalfStarsByYearRow;
        parameters: never;
    };
    "rating-bias-by-activity": {
        row: RatingBiasByActivityRow;
        parameters: never;
    };
    "rater-strictness": {
        row: RaterStrictnessRow;
        parameters: never;
    };
    "rating-by-experience": {
        row: RatingByExperienceRow;
        parameters: never;
    };
    "genre-share": {
        row: GenreShareRow;
        parameters: never;
    };
    "genre-by-year": {
        row: GenreByYearRow;
        parameters: never;
    };
    "genre-decade-cube": {
        row: GenreDecadeCubeRow;
        parameters: never;
    };
    "decade-genre-heatmap": {
        row: DecadeGenreHeatmapRow;
        parameters: "minRatings";
    };
    "genre-cooccurrence": {
        row: GenreCooccurrenceRow;
        parameters: "minMovies";
    };
    "top-movies": {
        row: TopMoviesRow;
        parameters: "priorWeight" | "minRatings" | "limit";
    };
    "divisive-movies": {
        row: DivisiveMoviesRow;
        parameters: "minRatings" | "limit";
    };
    "rating-by-popularity": {
        row: RatingByPopularityRow;
        parameters: never;
    };
    "long-tail": {
        row: LongTailRow;
        parameters: "points";
    };
    concentration: {
        row: ConcentrationRow;
        parameters: never;
    };
    "catalogue-health": {
        row: CatalogueHealthRow;
        parameters: "enoughRatings";
    };
    sparsity: {
        row: SparsityRow;
        parameters: never;
    };
    "movie-age-at-rating": {
        row: MovieAgeAtRatingRow;
        parameters: never;
    };
    "user-activity": {
        row: UserActivityRow;
        parameters: never;
    };
    "user-sessions": {
        row: UserSessionsRow;
        parameters: "gapMinutes";
    };
    "user-lifespan": {
        row: UserLifespanRow;
        parameters: never;
    };
    retention: {
        row: RetentionRow;
        parameters: "maxMonths";
    };
    "retention-cohorts": {
        row: RetentionCohortsRow;
        parameters: "maxMonths";
    };
    "new-user-funnel": {
        row: NewUserFunnelRow;
        parameters: never;
    };
    "tags-most-used": {
        row: TagsMostUsedRow;
        parameters: "limit";
    };
    "tags-and-ratings": {
        row: TagsAndRatingsRow;
        parameters: "minRatings" | "minUsers";
    };
}
