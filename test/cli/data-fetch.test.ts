import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath, type FetchedZip } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mirror, withServer } from "../data/server";
import { inFolder, zipFolder } from "../data/support";
import { runCommand } from "./run";

const NAME = "ml-latest-small";
let zip: Buffer;
let md5: string;
test.before(async () => {
  await inFolder(async (folder) => {
    await zipFolder(projectPath("data", NAME), NAME, join(folder, "x.zip"));
    zip = readFileSync(join(folder, "x.zip"));
    md5 = createHash("md5").update(zip).digest("hex");
  });
});

test("data:fetch downloads from a mirror with a line per tenth, and says what to do next", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5 }), async (origin) => {
      const { code, out, err } = await runCommand("data-fetch", [NAME, "--mirror", origin, "--to", folder]);
      assert.is(code, 0, err);
      assert.match(err, /ml-latest-small: 100 %, \d+ kB of \d+ kB/);
      assert.match(out, "MD5 as published beside the zip");
      assert.match(out, "Next: npm run data:check -- ");
      const check = await runCommand("data-check", [join(folder, `${NAME}.zip`)]);
      assert.is(check.code, 0);
    }),
  );
});

test("data:fetch --json prints the result alone on stdout", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5 }), async (origin) => {
      const { out } = await runCommand("data-fetch", [NAME, "--json", "--mirror", origin, "--to", folder]);
      assert.is((JSON.parse(out) as FetchedZip).md5, md5);
    }),
  );
});

test("Ctrl-C keeps the part, says how to go on, and the same command does", async () => {
  await inFolder(async (folder) => {
    // Half the file, then silence for as long as the connection stands.
    let first = true;
    const whole = mirror(zip, { md5 });
    await withServer(
      (request, response) => {
        if (!first || request.url!.endsWith(".md5")) return whole(request, response);
        first = false;
        response.writeHead(200, { "content-length": zip.length, etag: '"one"' });
        response.write(zip.subarray(0, zip.length / 2));
      },
      async (origin, requests) => {
        const argv = [NAME, "--mirror", origin, "--to", folder];
        let interrupts = 0;
        const stopped = await runCommand("data-fetch", argv, (err, kill) => {
          // Twice, as npm passes on what the terminal has sent already.
          if (/40 %|50 %/.test(err) && interrupts++ === 0)
            ["SIGINT", "SIGINT"].forEach((signal) => kill(signal as "SIGINT"));
        });
        assert.is(stopped.code, 130, stopped.err);
        assert.match(stopped.err, "FETCH_ABORTED");
        assert.match(stopped.err, "Run the same command again");
        assert.ok(existsSync(join(folder, `${NAME}.zip.part`)));

        const { code, err } = await runCommand("data-fetch", argv);
        assert.is(code, 0, err);
        assert.match(requests[1], /bytes=[1-9]\d*-$/);
      },
    );
  });
});

test("data:fetch offline exits with 1 and says how to get the file by hand", async () => {
  const closed = await withServer(
    (_, response) => response.end(),
    (origin) => Promise.resolve(origin),
  );
  await inFolder(async (folder) => {
    const { code, err } = await runCommand("data-fetch", ["ml-1m", "--mirror", closed, "--to", folder]);
    assert.is(code, 1);
    assert.match(err, "FETCH_FAILED");
    assert.match(err, "in a browser and put it at");
  });
});

test("data:fetch without a name, or with an unknown one, names the data sets", async () => {
  const help = await runCommand("data-fetch", ["--help"]);
  assert.is(help.code, 0);
  assert.match(help.out, "ml-32m");
  const none = await runCommand("data-fetch", []);
  assert.is(none.code, 1);
  assert.match(none.err, "missing required argument 'name'");
  const unknown = await runCommand("data-fetch", ["ml-33m"]);
  assert.is(unknown.code, 1);
  assert.match(unknown.err, "ml-32m");
});

test.run();
