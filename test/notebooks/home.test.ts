import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { venvPython } from "@movielens/lib/cli/jupyter";
import { phases } from "@movielens/lib/cli/phases";
import { projectPath } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "./support";

test("running notebooks and rendering reports leaves nothing in the user's home", () => {
  const folder = temporaryFolder();
  const home = join(folder, "home");
  mkdirSync(home);
  // As in a person's shell: none of the variables that say where Jupyter may write.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(JUPYTER|IPYTHON|XDG_)/.test(name)),
  );
  const run = (script: string, ...args: string[]): void => {
    const { status, stderr, stdout } = spawnSync(venvPython(), [projectPath("jupyter", script), ...args], {
      encoding: "utf8",
      env: { ...env, HOME: home },
    });
    assert.is(status, 0, stderr + stdout);
  };
  const [{ notebook }] = phases;
  run("run_notebooks.py", "--out", join(folder, "out"), projectPath(notebook));
  run("render_reports.py", "--out", join(folder, "reports"), join(folder, "out", basename(notebook)));
  assert.equal(readdirSync(home), []);
  rmSync(folder, { recursive: true });
});

test.run();
