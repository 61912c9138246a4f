import { Command } from "commander";
import { rollBack, withElastic } from "../bi";
import { serverOptions, withServerOptions } from "./bi-load";
import { asProgram, runCommand } from "./command";

/** `npm run bi:rollback`. @returns the exit code: 0 the version before is current again, 1 failed, nothing changed */
export async function main(argv: string[]): Promise<number> {
  const command = withServerOptions(
    new Command("bi:rollback")
      .usage("-- --url http://127.0.0.1:9200 [options]")
      .description(
        "Makes the version before the current one again, in a single step; run again, it goes back to the newer one.",
      ),
  );
  return runCommand(command, argv, async () => {
    const { from, to } = await withElastic(serverOptions(command.opts()), rollBack);
    console.log(`Now current: version ${to}. It was ${from}.`);
    return 0;
  });
}

asProgram(module, main);
