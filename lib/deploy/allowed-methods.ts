import type { FastifyInstance } from "fastify";
import { sendMethodNotAllowed } from "./problems";

/**
 * Answers 405 where there is something at an address, but not for the method (RFC 9110, §15.5.6), before any body is read.
 * Looks at the routes that are added to the server from here on; one without parameters goes before one with:
 * `GET /recommend/batch` asks for no user.
 */
export function refuseOtherMethods(server: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  server.addHook("onRoute", ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  const withParameters = (address: string): Set<string> | undefined => {
    const pieces = address.split("/");
    const route = [...methods.keys()].find((url) => leadsTo(url.split("/"), pieces));
    return route === undefined ? undefined : methods.get(route);
  };
  server.addHook("onRequest", (request, reply, done) => {
    if (!request.is404 && !request.routeOptions.url?.includes(":")) return done();
    const address = request.url.split("?")[0];
    const allowed = methods.get(address) ?? (request.is404 ? withParameters(address) : undefined);
    if (!allowed || allowed.has(request.method)) done();
    else sendMethodNotAllowed(request, reply, [...allowed]);
  });
}

const leadsTo = (route: string[], address: string[]): boolean =>
  route.length === address.length &&
  route.every((piece, k) => piece === address[k] || (piece.startsWith(":") && address[k] !== ""));
