import { CommanderError, InvalidArgumentError, type Command } from "commander";
import { describeError, WorkspaceError, type ErrorCode } from "../data";

/** Ended because the person asked for it: the exit code of a program that Ctrl-C stopped. */
const STOPPED: readonly ErrorCode[] = [
  "FETCH_ABORTED",
  "TRAINING_ABORTED",
  "LOAD_ABORTED",
  "REPLAY_STOPPED",
  "SPARK_ABORTED",
];

/**
 * Parses the arguments and runs a command. Help, a usage error and a typed error have been printed when this
 * returns the exit code.
 * @param argv what stands behind the command's name
 */
export async function runCommand(
  command: Command,
  argv: string[],
  run: () => Promise<number>,
): Promise<number> {
  try {
    command.exitOverride().parse(argv, { from: "user" });
    return await run();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    console.error(describeError(error));
    return error instanceof WorkspaceError && STOPPED.includes(error.code) ? 130 : 1;
  }
}

/** The value of a flag that takes a number. @throws InvalidArgumentError, which `runCommand` prints */
export function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError("It is not a number.");
  return value;
}

/** As `numberOf`, for one of 1 to 999,999,999 without a fraction. */
export function wholeNumberOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It is not a whole number above 0.");
  return Number(text);
}

/** Does work that Ctrl-C aborts by its signal, instead of ending the process in the middle of it. */
export async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of signals) process.removeListener(signal, onSignal);
  }
}

/** Runs `main` with the process's arguments when its module is the program, and ends the process with its code. */
export function asProgram(self: NodeModule, main: (argv: string[]) => Promise<number>): void {
  if (require.main !== self) return;
  // A reader that has seen enough, such as `head`, closes the pipe: no reason for a stack.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const run = async (): Promise<number> => main(process.argv.slice(2));
  run().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(describeError(error));
      process.exit(1);
    },
  );
}
