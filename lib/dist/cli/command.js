"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.runCommand = runCommand;
exports.numberOf = numberOf;
exports.untilStopped = untilStopped;
exports.asProgram = asProgram;
const commander_1 = require("commander");
const data_1 = require("../data");
/** Ended because the person asked for it: the exit code of a program that Ctrl-C stopped. */
const STOPPED = ["FETCH_ABORTED", "TRAINING_ABORTED"];
/**
 * Parses the arguments and runs a command. Help, a usage error and a typed error have been printed when this
 * returns the exit code.
 * @param argv what stands behind the command's name
 */
async function runCommand(command, argv, run) {
    try {
        command.exitOverride().parse(argv, { from: "user" });
        return await run();
    }
    catch (error) {
        if (error instanceof commander_1.CommanderError)
            return error.exitCode;
        console.error((0, data_1.describeError)(error));
        return error instanceof data_1.WorkspaceError && STOPPED.includes(error.code) ? 130 : 1;
    }
}
/** The value of a flag that takes a number. @throws InvalidArgumentError, which `runCommand` prints */
function numberOf(text) {
    const value = Number(text);
    if (text.trim() === "" || Number.isNaN(value))
        throw new commander_1.InvalidArgumentError("It is not a number.");
    return value;
}
/** Does work that Ctrl-C aborts by its signal, instead of ending the process in the middle of it. */
async function untilStopped(work) {
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    const signals = ["SIGINT", "SIGTERM"];
    for (const signal of signals)
        process.once(signal, onSignal);
    try {
        return await work(stop.signal);
    }
    finally {
        for (const signal of signals)
            process.removeListener(signal, onSignal);
    }
}
/** Runs `main` with the process's arguments when its module is the program, and ends the process with its code. */
function asProgram(self, main) {
    if (require.main !== self)
        return;
    // A reader that has seen enough, such as `head`, closes the pipe: no reason for a stack.
    process.stdout.on("error", (error) => {
        if (error.code === "EPIPE")
            process.exit(0);
        throw error;
    });
    const run = async () => main(process.argv.slice(2));
    run().then((code) => process.exit(code), (error) => {
        console.error((0, data_1.describeError)(error));
        process.exit(1);
    });
}
//# sourceMappingURL=command.js.map