import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  createDataset,
  loadDataset,
  queryRows,
  sqlString,
  withDuckdb,
  type Dataset,
  type Movie,
} from "../data";

/** A folder as published, or one that holds no more than a `ratings.csv` of the MovieLens layout. */
export async function loadRatings(folder: string): Promise<Dataset> {
  if (existsSync(join(folder, "movies.csv"))) return loadDataset(folder);
  return withDuckdb(async (connection) => {
    const source = `read_csv(${sqlString(join(folder, "ratings.csv"))}, header = true, columns = {
      'userId': 'UINTEGER', 'movieId': 'UINTEGER', 'rating': 'FLOAT', 'timestamp': 'DOUBLE' })`;
    const [{ n }] = await queryRows(connection, `SELECT count(*) AS n FROM ${source}`);
    const length = n as number;
    const columns = [
      new Uint32Array(length),
      new Uint32Array(length),
      new Float32Array(length),
      new Float64Array(length),
    ] as const;
    const answer = await connection.stream(`SELECT * FROM ${source}`);
    let row = 0;
    for (
      let chunk = await answer.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await answer.fetchChunk()
    ) {
      for (let c = 0; c < columns.length; c++) {
        const vector = chunk.getColumnVector(c);
        for (let k = 0; k < chunk.rowCount; k++) columns[c][row + k] = vector.getItem(k) as number;
      }
      row += chunk.rowCount;
    }
    const [userId, movieId, ratings, timestamps] = columns;
    return createDataset({
      name: folder,
      userId,
      movieId,
      ratings,
      timestamps,
      movies: new Map<number, Movie>(),
      tags: [],
      scale: { min: 0.5, max: 5, step: 0.5 },
      hash: folder,
    });
  });
}
