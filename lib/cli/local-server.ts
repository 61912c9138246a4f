import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WorkspaceError } from "../data";

/** A program of this machine that does not exist here. */
export function unavailable(what: string, mend: string): WorkspaceError {
  return new WorkspaceError("SERVER_UNAVAILABLE", what, { mend });
}

/**
 * The home of a Java of at least this version: JAVA_HOME, the `java` on the path, or one where Linux and macOS keep
 * them; null without one.
 */
export function findJava(atLeast: number): string | null {
  const known = ["/usr/lib/jvm", "/Library/Java/JavaVirtualMachines"].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder).flatMap((name) => [join(folder, name), join(folder, name, "Contents", "Home")])
      : [],
  );
  const settings = spawnSync("java", ["-XshowSettings:properties", "-version"], { encoding: "utf8" });
  const onPath = /java\.home = (.+)/.exec(settings.stderr ?? "")?.[1];
  const homes = [process.env.JAVA_HOME, onPath, ...known].filter((home): home is string => Boolean(home));
  return homes.find((home) => javaVersion(home) >= atLeast) ?? null;
}

/** The major version that the Java in `home` states in its `release` file; 0 where there is none. */
function javaVersion(home: string): number {
  if (!existsSync(join(home, "release")) || !existsSync(join(home, "bin", "java"))) return 0;
  const stated = /JAVA_VERSION="(?:1\.)?(\d+)/.exec(readFileSync(join(home, "release"), "utf8"));
  return Number(stated?.[1] ?? 0);
}

/** Whether the process runs and has these words on its command line; a number that another has got since does not count. */
export function isRunning(pid: number, words: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const { stdout } = spawnSync("ps", ["-o", "args=", "-ww", "-p", String(pid)], { encoding: "utf8" });
  return stdout.includes(words);
}

/** What a program said last, without where in its code it was. */
export const lastLines = (output: string, count: number): string =>
  output
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("\tat "))
    .slice(-count)
    .join(" ");

export interface LayOutOptions {
  /** A line for the person who waits. */
  onNote?: (line: string) => void;
  /** Raised, it ends the fetching; what has been fetched is kept for the next try. */
  signal?: AbortSignal;
}

/** What ends a fetching: the person, or the time that was given. */
export const fetchingSignal = (stopped: AbortSignal, seconds: number | undefined): AbortSignal =>
  AbortSignal.any([stopped, ...(seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)])]);
