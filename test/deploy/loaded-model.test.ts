import { train } from "@movielens/lib/als";
import { exportModel, loadModel } from "@movielens/lib/deploy";
import { contract } from "../contract";
import { temporaryFolder } from "./tiny-model";

for (const feedback of ["explicit", "implicit"] as const)
  contract(
    `an ${feedback} model that was exported and loaded`,
    async (dataset, seed) => {
      const { path, remove } = await temporaryFolder();
      try {
        const model = await train(dataset, { feedback, rank: 6, iterations: 10, seed });
        const movies = new Map(
          Array.from(dataset.itemIds, (movieId) => [
            movieId,
            { movieId, title: `Movie ${movieId}`, year: null, genres: [] },
          ]),
        );
        const { folder } = await exportModel(model, {
          folder: path,
          dataset: { ...dataset, movies },
          metrics: {},
        });
        return (await loadModel(folder)).model;
      } finally {
        await remove();
      }
    },
    { checkerboard: feedback === "explicit" ? "stars" : "likes" },
  );
