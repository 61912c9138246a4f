import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { routeSchemas } from "./schemas";

/** Serves the page at `/`. Its text and style lie beside the sources, since the compiler copies none; its script is compiled. */
export function addPage(server: FastifyInstance): void {
  const sources = join(dirname(require.resolve("@movielens/lib/package.json")), "deploy", "page");
  const files = [
    ["/", join(sources, "page.html"), "text/html"],
    ["/page.css", join(sources, "page.css"), "text/css"],
    ["/page.js", join(__dirname, "page", "page.js"), "text/javascript"],
  ] as const;
  for (const [url, path, type] of files) {
    const content = readFileSync(path, "utf8");
    const schema = url === "/" ? routeSchemas.home : { hide: true };
    server.get(url, { schema }, async (_, reply) => reply.type(`${type}; charset=utf-8`).send(content));
  }
}
