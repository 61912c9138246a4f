import type { FastifyInstance } from "fastify";
/** Serves the page at `/`. Its text and style lie beside the sources, since the compiler copies none; its script is compiled. */
export declare function addPage(server: FastifyInstance): void;
