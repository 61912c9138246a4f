import { type FastifyInstance } from "fastify";
import { type LoadedModel } from "./model-file";
import { type ServingReport } from "./monitoring";
/**
 * A model's folder, loaded while the server already answers `/health`; a registry's folder, whose current model is served
 * and taken up anew whenever it changes, looked at every `watchMilliseconds` (1000 by default); or a model loaded before.
 */
export type ModelSource = {
    modelFolder: string;
} | {
    modelsFolder: string;
    watchMilliseconds?: number;
} | {
    loaded: LoadedModel;
};
/** What the log says: failures only, or a line for each request as well. */
export declare const LOG_LEVELS: readonly ["silent", "error", "info"];
export interface ServerOptions {
    /** Where `POST /events` keeps what it is sent; without it events are refused. See `EventLog`. */
    eventsFolder?: string;
    /** Asked for as bearer token by /events and /admin/*; nothing is asked for by default. */
    token?: string;
    /** "error" by default. */
    log?: (typeof LOG_LEVELS)[number];
    /** True writes addresses into the log, and with them user ids; by default a line names only the route. */
    logUsers?: boolean;
    /** Requests that one address may send in a second, health and metrics aside; 2,000 by default. */
    requestsPerSecond?: number;
    /** Milliseconds in which a request has to have arrived; 10,000 by default. */
    requestTimeout?: number;
    /** See `LadderSettings`. */
    foldInFrom?: number;
}
export type ModelServer = FastifyInstance & {
    /** Resolves when the model is loaded; rejects with what `loadModel` threw. */
    whenLoaded(): Promise<LoadedModel>;
    /**
     * Looks now whether the registry has another current model, and serves it if it can be read and answers.
     * @returns whether another model is served than before; the old one stays when anything is wrong with the new one, and
     *   that is logged
     */
    reload(): Promise<boolean>;
    /** What the server has done so far; the same as `servingReport` of its `/metrics`. */
    monitoring(): Promise<ServingReport>;
};
/** A server that listens. */
export interface RunningServer {
    server: ModelServer;
    loaded: LoadedModel;
    /** Such as `http://127.0.0.1:8080`. */
    url: string;
    /** Answers what is under way, then stops; after ten seconds it no longer waits for slow clients. */
    close(): Promise<void>;
}
/**
 * The recommender as an HTTP server, not yet listening: `inject()` asks it without a port, `startServer` gives
 * it one. Its routes are described by itself at /docs and /openapi.json.
 */
export declare function createServer(source: ModelSource, options?: ServerOptions): ModelServer;
/**
 * Serves a model on a port of this machine.
 * @param options host: 127.0.0.1 by default, seen from this machine only; port: 0 by default, any free one
 * @throws WorkspaceError LISTEN_FAILED when the port is taken or not allowed, or what `loadModel` throws
 */
export declare function startServer(source: ModelSource, { host, port, ...options }?: {
    host?: string;
    port?: number;
} & ServerOptions): Promise<RunningServer>;
