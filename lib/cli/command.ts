import { CommanderError, type Command } from "commander";
import { describeError, WorkspaceError, type ErrorCode } from "../data";

/** Ended because the person asked for it: the exit code of a program that Ctrl-C stopped. */
const STOPPED: readonly ErrorCode[] = ["FETCH_ABORTED", "TRAINING_ABORTED"];

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
