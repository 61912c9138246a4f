"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.addPage = addPage;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const schemas_1 = require("./schemas");
/** Serves the page at `/`. Its text and style lie beside the sources, since the compiler copies none; its script is compiled. */
function addPage(server) {
    const sources = (0, node_path_1.join)((0, node_path_1.dirname)(require.resolve("@movielens/lib/package.json")), "deploy", "page");
    const files = [
        ["/", (0, node_path_1.join)(sources, "page.html"), "text/html"],
        ["/page.css", (0, node_path_1.join)(sources, "page.css"), "text/css"],
        ["/page.js", (0, node_path_1.join)(__dirname, "page", "page.js"), "text/javascript"],
    ];
    for (const [url, path, type] of files) {
        const content = (0, node_fs_1.readFileSync)(path, "utf8");
        const schema = url === "/" ? schemas_1.routeSchemas.home : { hide: true };
        server.get(url, { schema }, async (_, reply) => reply.type(`${type}; charset=utf-8`).send(content));
    }
}
//# sourceMappingURL=page-files.js.map