import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { ProblemDetails } from "./schemas";
type ConnectionError = Error & {
    code?: string;
};
/** The one shape of every error answer (RFC 9457). */
export declare function sendProblem(reply: FastifyReply, problem: ProblemDetails): FastifyReply;
/** Turns whatever a route threw into a problem. What nobody foresaw is logged and not shown. */
export declare function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply;
export declare function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply;
/** Answers what is no HTTP, or comes too slowly, before there is a request to answer. */
export declare function answerBrokenConnection(error: ConnectionError, socket: Socket): void;
export {};
