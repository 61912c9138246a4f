import { train } from "../als";
import type { EngineRun, TrainingSize } from "../notebook";
import { sparkRemote, trainOnSpark } from "../spark";
import { asProgram } from "./command";
import { withStoppableSpark } from "./engine";
import { syntheticDataset } from "./synthetic";

/** One training of `bench:spark`. */
export interface RunOrder extends TrainingSize {
  engine: EngineRun["engine"];
  /** As Spark sees it, for more than one message holds. */
  staging?: string;
}

type Answer = Omit<EngineRun, "memoryMib"> & { clientMib: number };

/** Makes the ratings and trains on them once. */
export async function runOnce({ engine, staging, rank, iterations, ...shape }: RunOrder): Promise<Answer> {
  const dataset = syntheticDataset("synthetic", { ...shape, seed: 1 });
  const options = { feedback: "explicit", rank, iterations } as const;
  let steps: Record<string, number> = {};
  let seconds = 0;
  if (engine === "local") {
    const start = performance.now();
    await train(dataset, options);
    seconds = (performance.now() - start) / 1000;
    steps = { train: seconds };
  } else
    await withStoppableSpark(sparkRemote()!, async (session, signal) => {
      const start = performance.now();
      const { send, biases, factors, receive } = (
        await trainOnSpark(session, dataset, options, { refine: 0, staging, signal })
      ).seconds;
      seconds = (performance.now() - start) / 1000;
      steps = { send, biases, factors, receive };
    });
  return {
    engine,
    ratings: dataset.ratings.length,
    users: dataset.userIds.length,
    items: dataset.itemIds.length,
    rank,
    iterations,
    seconds,
    steps,
    clientMib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** A process of its own for one run: what it takes at most is not hidden behind what another took. */
async function main([order]: string[]): Promise<number> {
  console.log(JSON.stringify(await runOnce(JSON.parse(order) as RunOrder)));
  return 0;
}

asProgram(module, main);
