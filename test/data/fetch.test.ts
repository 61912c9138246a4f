import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  fetchDataset,
  loadDataset,
  projectPath,
  PUBLISHED_ZIPS,
  readDataset,
  type FetchProgress,
} from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mirror, withServer } from "./server";
import { errorOf, inFolder, zipFolder } from "./support";

const NAME = "ml-latest-small";
const digest = (algorithm: string, bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest("hex");

let zip: Buffer;
test.before(async () => {
  await inFolder(async (folder) => {
    await zipFolder(projectPath("data", NAME), NAME, join(folder, "x.zip"));
    zip = readFileSync(join(folder, "x.zip"));
  });
});

test("a zip is downloaded, held against the MD5 beside it, and readable as it is", async () => {
  const forms = [
    `MD5 (${NAME}.zip) = ${digest("md5", zip)}\n`,
    `${digest("md5", zip)}  ${NAME}.zip\n`,
    digest("md5", zip).toUpperCase(),
  ];
  for (const md5 of forms)
    await inFolder((folder) =>
      withServer(mirror(zip, { md5 }), async (origin, requests) => {
        const seen: FetchProgress[] = [];
        const fetched = await fetchDataset(NAME, {
          mirror: `${origin}/movielens/`,
          folder,
          onProgress: (progress) => seen.push(progress),
        });
        assert.equal(fetched, {
          name: NAME,
          url: `${origin}/movielens/${NAME}.zip`,
          path: join(folder, `${NAME}.zip`),
          bytes: zip.length,
          md5: digest("md5", zip),
          sha256: digest("sha256", zip),
          verifiedBy: "published",
          downloaded: true,
        });
        assert.equal(requests, [`GET /movielens/${NAME}.zip`, `GET /movielens/${NAME}.zip.md5`]);
        assert.equal(seen.at(-1), { bytes: zip.length, totalBytes: zip.length });
        assert.equal(readdirSync(folder).sort(), [`${NAME}.zip`, `${NAME}.zip.json`]);
        const record = JSON.parse(readFileSync(`${fetched.path}.json`, "utf8")) as { sha256: string };
        assert.is(record.sha256, fetched.sha256);
        const published = await readDataset(projectPath("data", NAME));
        assert.is((await loadDataset(fetched.path)).hash, published.quality.hash);
      }),
    );
});

test("a connection that breaks is taken up again where it broke, at once", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip), breaksAfter: 100_000 }), async (origin, requests) => {
      const fetched = await fetchDataset(NAME, { mirror: origin, folder });
      assert.is(fetched.sha256, digest("sha256", zip));
      assert.is(requests[0], `GET /${NAME}.zip`);
      assert.match(requests[1], /^GET \/ml-latest-small\.zip bytes=[1-9]\d*-$/);
    }),
  );
});

test("a download that was stopped keeps its part and goes on from there in the next run", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip), breaksAfter: 100_000 }), async (origin, requests) => {
      const stop = new AbortController();
      const error = await errorOf("FETCH_ABORTED", () =>
        fetchDataset(NAME, {
          mirror: origin,
          folder,
          signal: stop.signal,
          onProgress: ({ bytes }) => bytes > 0 && stop.abort(),
        }),
      );
      assert.match(error.message, `${NAME}.zip.part`);
      assert.match(error.mend, "same command");
      assert.ok(existsSync(join(folder, `${NAME}.zip.part`)));
      assert.not.ok(existsSync(join(folder, `${NAME}.zip`)));
      writePart(folder, origin, zip.subarray(0, 5000), '"one"');
      requests.length = 0;
      const seen: number[] = [];
      const fetched = await fetchDataset(NAME, {
        mirror: origin,
        folder,
        onProgress: ({ bytes }) => seen.push(bytes),
      });
      assert.is(requests[0], `GET /${NAME}.zip bytes=5000-`);
      assert.is(seen[0], 5000);
      assert.is(fetched.sha256, digest("sha256", zip));
    }),
  );
});

/** What a stopped download leaves behind. */
function writePart(folder: string, origin: string, bytes: Buffer, validator: string | null): void {
  writeFileSync(join(folder, `${NAME}.zip.part`), bytes);
  const record = { url: `${origin}/${NAME}.zip`, validator, totalBytes: zip.length };
  writeFileSync(join(folder, `${NAME}.zip.part.json`), JSON.stringify(record));
}

test("a server that ignores Range sends everything, and the part is begun anew", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip), ignoresRange: true }), async (origin) => {
      writePart(folder, origin, zip.subarray(0, 5000), null);
      assert.is((await fetchDataset(NAME, { mirror: origin, folder })).sha256, digest("sha256", zip));
    }),
  );
});

test("a part of a file that has changed on the server since is begun anew", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip), etag: '"two"' }), async (origin, requests) => {
      writePart(folder, origin, Buffer.alloc(5000), '"one"');
      assert.is((await fetchDataset(NAME, { mirror: origin, folder })).sha256, digest("sha256", zip));
      assert.is(requests[0], `GET /${NAME}.zip bytes=5000-`);
    }),
  );
});

test("a part from another source, or of unknown source, is not added to", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip) }), async (origin, requests) => {
      writePart(folder, "http://elsewhere.example", Buffer.alloc(5000), '"one"');
      await fetchDataset(NAME, { mirror: origin, folder });
      assert.is(requests[0], `GET /${NAME}.zip`);
    }),
  );
});

test("a part that is whole already is only verified; one that is too long is begun anew", async () => {
  for (const [part, range] of [
    [zip, zip.length],
    [Buffer.concat([zip, zip]), 2 * zip.length],
  ] as const)
    await inFolder((folder) =>
      withServer(mirror(zip, { md5: digest("md5", zip) }), async (origin, requests) => {
        writePart(folder, origin, part as Buffer, '"one"');
        assert.is((await fetchDataset(NAME, { mirror: origin, folder })).sha256, digest("sha256", zip));
        assert.is(requests[0], `GET /${NAME}.zip bytes=${range}-`);
      }),
    );
});

test("a zip with another MD5 than published is thrown away and said so", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: "0".repeat(32) }), async (origin) => {
      const error = await errorOf("FETCH_CORRUPT", () => fetchDataset(NAME, { mirror: origin, folder }));
      assert.match(error.message, digest("md5", zip));
      assert.match(error.message, "0".repeat(32));
      assert.equal(readdirSync(folder), []);
    }),
  );
});

test("a pinned data set is held against its pinned size before and its checksum after the download", async () => {
  const md5 = digest("md5", zip);
  await inFolder((folder) =>
    withServer(mirror(zip, { md5 }), async (origin, requests) => {
      const error = await errorOf("FETCH_CORRUPT", () => fetchDataset("ml-100k", { mirror: origin, folder }));
      assert.match(error.message, `has ${zip.length} bytes, ml-100k as published has 4924029`);
      assert.is(requests.length, 1);
    }),
  );
  await inFolder((folder) =>
    withServer(mirror(zip, { md5, hidesLength: true }), async (origin) => {
      const error = await errorOf("FETCH_CORRUPT", () => fetchDataset("ml-100k", { mirror: origin, folder }));
      assert.match(error.message, `it has ${zip.length} bytes, expected 4924029`);
      assert.equal(readdirSync(folder), []);
    }),
  );
  await inFolder((folder) =>
    withServer(mirror(Buffer.alloc(PUBLISHED_ZIPS["ml-100k"].bytes!), { md5 }), async (origin) => {
      const error = await errorOf("FETCH_CORRUPT", () => fetchDataset("ml-100k", { mirror: origin, folder }));
      assert.match(error.message, "published is 0e33842e24a9c977be4e0107933c0723");
      assert.equal(readdirSync(folder), []);
    }),
  );
});

test("every pinned checksum has the form of one", () => {
  for (const [name, { md5, sha256, bytes }] of Object.entries(PUBLISHED_ZIPS)) {
    if (md5 !== undefined) assert.match(md5, /^[0-9a-f]{32}$/, name);
    if (sha256 !== undefined) assert.match(sha256, /^[0-9a-f]{64}$/, name);
    assert.is(md5 === undefined, bytes === undefined, name);
  }
});

test("where no MD5 is published, the zip must be whole by its own checksums", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: null }), async (origin) => {
      assert.is((await fetchDataset(NAME, { mirror: origin, folder })).verifiedBy, "crc");
    }),
  );
  await inFolder((folder) =>
    withServer(
      mirror(zip.subarray(0, zip.length - 500), { md5: null, hidesLength: true }),
      async (origin) => {
        const error = await errorOf("FETCH_CORRUPT", () => fetchDataset(NAME, { mirror: origin, folder }));
        assert.match(error.message, "not a readable zip");
      },
    ),
  );
});

test("an MD5 file that holds no MD5 is a typed error, not a pass", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: "<html>sign in</html>" }), async (origin) => {
      const error = await errorOf("FETCH_CORRUPT", () => fetchDataset(NAME, { mirror: origin, folder }));
      assert.match(error.message, "holds no MD5");
    }),
  );
});

test("a zip that is there already is verified, not fetched; an altered one is refused and left alone", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip) }), async (origin, requests) => {
      await fetchDataset(NAME, { mirror: origin, folder });
      requests.length = 0;
      const again = await fetchDataset(NAME, { mirror: origin, folder });
      assert.is(again.downloaded, false);
      assert.is(again.verifiedBy, "record");
      assert.equal(requests, []);

      writeFileSync(again.path, zip.subarray(1));
      const error = await errorOf("FETCH_CORRUPT", () => fetchDataset(NAME, { mirror: origin, folder }));
      assert.match(error.message, "when fetched");
      assert.ok(existsSync(again.path));
    }),
  );
});

test("a zip put there by hand is held against the published MD5", async () => {
  await inFolder((folder) =>
    withServer(mirror(zip, { md5: digest("md5", zip) }), async (origin, requests) => {
      writeFileSync(join(folder, `${NAME}.zip`), zip);
      const fetched = await fetchDataset(NAME, { mirror: origin, folder });
      assert.equal([fetched.downloaded, fetched.verifiedBy], [false, "published"]);
      assert.equal(requests, [`GET /${NAME}.zip.md5`]);
    }),
  );
});

test("a mirror without the file, or that fails, is a typed error with the status and the way by hand", async () => {
  for (const status of [404, 503])
    await inFolder((folder) =>
      withServer(
        (_, response) => response.writeHead(status).end(),
        async (origin) => {
          const error = await errorOf("FETCH_FAILED", () =>
            fetchDataset("ml-1m", { mirror: origin, folder }),
          );
          assert.match(error.message, `${origin}/ml-1m.zip answered with HTTP status ${status}`);
          assert.match(error.mend, join(folder, "ml-1m.zip"));
        },
      ),
    );
});

test("offline: a typed error that says how to get the file by hand and where to put it", async () => {
  const closed = await withServer(
    (_, response) => response.end(),
    (origin) => Promise.resolve(origin),
  );
  await inFolder(async (folder) => {
    const error = await errorOf("FETCH_FAILED", () => fetchDataset("ml-32m", { mirror: closed, folder }));
    assert.match(error.message, "ECONNREFUSED");
    assert.match(error.mend, "https://files.grouplens.org/datasets/movielens/ml-32m.zip in a browser");
    assert.match(error.mend, join(folder, "ml-32m.zip"));
    assert.match(error.mend, "--mirror");

    writeFileSync(join(folder, `${NAME}.zip`), zip);
    const unverified = await errorOf("FETCH_FAILED", () => fetchDataset(NAME, { mirror: closed, folder }));
    assert.match(unverified.mend, "It can be read all the same");
  });
});

test("a mirror that keeps sending less than it promised ends in a typed error, the part kept", async () => {
  await inFolder((folder) =>
    withServer(
      (_, response) => {
        response.writeHead(200, { "content-length": zip.length });
        response.write(zip.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
      },
      async (origin) => {
        await errorOf("FETCH_FAILED", () => fetchDataset(NAME, { mirror: origin, folder }));
        assert.ok(existsSync(join(folder, `${NAME}.zip.part`)));
      },
    ),
  );
});

test("an unknown name and a mirror that is no web address are refused before anything is asked", async () => {
  const error = await errorOf("OPTION_INVALID", () => fetchDataset("ml-33m"));
  assert.match(error.mend, "ml-32m");
  await errorOf("OPTION_INVALID", () => fetchDataset("constructor"));
  for (const address of ["files.grouplens.org", "ftp://files.grouplens.org", ""])
    await errorOf("OPTION_INVALID", () => fetchDataset("ml-1m", { mirror: address }));
});

test.run();
