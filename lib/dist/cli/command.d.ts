import { type Command } from "commander";
/**
 * Parses the arguments and runs a command. Help, a usage error and a typed error have been printed when this
 * returns the exit code.
 * @param argv what stands behind the command's name
 */
export declare function runCommand(command: Command, argv: string[], run: () => Promise<number>): Promise<number>;
/** The value of a flag that takes a number. @throws InvalidArgumentError, which `runCommand` prints */
export declare function numberOf(text: string): number;
/** Does work that Ctrl-C aborts by its signal, instead of ending the process in the middle of it. */
export declare function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
/** Runs `main` with the process's arguments when its module is the program, and ends the process with its code. */
export declare function asProgram(self: NodeModule, main: (argv: string[]) => Promise<number>): void;
