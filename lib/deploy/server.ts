import { createHash, timingSafeEqual } from "node:crypto";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import Fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { atOnce, inSlices, WorkspaceError } from "../data";
import { refuseOtherMethods } from "./allowed-methods";
import { EventLog } from "./events";
import { ServerMetrics } from "./metrics";
import { isModelFolder, loadModel, type LoadedModel } from "./model-file";
import { ModelWatch } from "./model-watch";
import { servingReport, type ServingReport } from "./monitoring";
import { addPage } from "./page-files";
import { answerBrokenConnection, answerError, answerUnknownRoute } from "./problems";
import { RateWindow } from "./rate-window";
import { addAdminRoutes, addRoutes, addServiceRoutes, Recommendations, type Serving } from "./routes";
import { validatorCompiler } from "./validation";

/**
 * A model's folder, loaded while the server already answers `/health`; a registry's folder, whose current model is served
 * and taken up anew whenever it changes, looked at every `watchMilliseconds` (1000 by default); or a model loaded before.
 */
export type ModelSource =
  { modelFolder: string } | { modelsFolder: string; watchMilliseconds?: number } | { loaded: LoadedModel };

/** A model's own folder, or a registry's where it is none. */
export const modelSource = (folder: string): ModelSource =>
  isModelFolder(folder) ? { modelFolder: folder } : { modelsFolder: folder };

/** What the log says: failures only, or a line for each request as well. */
export const LOG_LEVELS = ["silent", "error", "info"] as const;

export interface ServerOptions {
  /** Where `POST /events` keeps what it is sent; without it events are refused. See `EventLog`. */
  eventsFolder?: string;
  /** Asked for as bearer token by /events and /admin/*; nothing is asked for by default. */
  token?: string;
  /** True logs each list that is answered into `eventsFolder`, for `monitorFeedback`; false by default. */
  logServed?: boolean;
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
export function createServer(source: ModelSource, options: ServerOptions = {}): ModelServer {
  const { log = "error", logUsers = false, requestsPerSecond = 2000, requestTimeout = 10_000 } = options;
  const server = Fastify({
    logger: { level: log, stream: process.stderr },
    // Addresses carry user ids, so the hook below writes the line of a request.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 256 * 1024,
    requestTimeout,
    // A client that neither sends nor reads is let go.
    connectionTimeout: 3 * requestTimeout,
    http: { headersTimeout: requestTimeout, connectionsCheckingInterval: Math.min(1000, requestTimeout) },
    // While it stops, what still arrives on open connections is answered rather than turned away.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply);
    },
  });
  const metrics = new ServerMetrics();
  const eventLog = options.eventsFolder === undefined ? undefined : new EventLog(options.eventsFolder);
  const recommendations = new Recommendations(metrics, options, eventLog);
  const use = (serving: Serving): void => {
    recommendations.use(serving);
    metrics.model(serving.loaded);
  };
  const takeUp = async (loaded: LoadedModel): Promise<void> =>
    use(await inSlices(recommendations.prepare(loaded)));
  const watch =
    "modelsFolder" in source
      ? new ModelWatch(source.modelsFolder, {
          milliseconds: source.watchMilliseconds,
          use: takeUp,
          onReload: (result, error) => {
            metrics.reload(result);
            if (error)
              server.log.error({ err: error }, "the old model is kept: the new one cannot be served");
          },
        })
      : undefined;
  const load = async (): Promise<LoadedModel> => {
    if (watch) return watch.first();
    const loaded = await loadModel((source as { modelFolder: string }).modelFolder);
    await takeUp(loaded);
    return loaded;
  };
  if ("loaded" in source) use(atOnce(recommendations.prepare(source.loaded)));
  const whenLoaded = "loaded" in source ? Promise.resolve(source.loaded) : load();
  whenLoaded.catch((error: unknown) => recommendations.fail(error));
  server.addHook("onClose", () => watch?.stop());

  // Bodies are JSON; without its parser, text/plain is refused as an unsupported media type.
  server.removeContentTypeParser("text/plain");
  server.setValidatorCompiler(validatorCompiler);
  server.setErrorHandler(answerError);
  server.setNotFoundHandler(answerUnknownRoute);
  // Named when its handler begins: another model may be served by the time that a long answer is sent.
  const nameModel = (reply: FastifyReply): void => {
    if (recommendations.version) void reply.header("x-model-version", recommendations.version);
  };
  server.addHook("preHandler", (_, reply, done) => {
    nameModel(reply);
    done();
  });
  server.addHook("onSend", (_, reply, payload, done) => {
    if (!reply.hasHeader("x-model-version")) nameModel(reply);
    done(null, payload);
  });
  server.addHook("onResponse", async (request, reply) => {
    const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
    metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    request.log.info(
      {
        method: request.method,
        ...(logUsers ? { url: request.url } : { route }),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 1000) / 1000,
      },
      "answered",
    );
  });
  // After the requests: what they stored is on the disk before the process ends.
  server.addHook("onClose", async () => eventLog?.close());
  refuseOtherMethods(server);
  const { token } = options;
  if (token !== undefined) server.addHook("onRequest", bearerCheck(token));
  void server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // For whoever terminates TLS in front of this server to say.
    strictTransportSecurity: false,
  });
  void server.register(rateLimit, { max: requestsPerSecond, timeWindow: 1000, store: RateWindow });
  void server.register(swagger, {
    openapi: {
      info: {
        title: "MovieLens recommender",
        description:
          "Recommendations from a matrix factorisation of MovieLens ratings. Ids are MovieLens ids.",
        version: "1",
      },
      ...(token !== undefined && {
        components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      }),
    },
    transform: ({ schema, url }) => ({
      schema: token !== undefined && wantsToken(url) ? { ...schema, security: [{ token: [] }] } : schema,
      url,
    }),
  });
  void server.register(swaggerUi, {
    routePrefix: "/docs",
    uiConfig: { validatorUrl: null },
    staticCSP: true,
    // From this server only; the page itself sets styles on its elements.
    transformStaticCSP: (policy) =>
      policy.replaceAll(/ https:/g, "").replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  });
  void server.register(async (scope) => {
    addServiceRoutes(scope, recommendations, metrics);
    addPage(scope);
  });
  void server.register(async (scope) => addRoutes(scope, recommendations));
  // Only where somebody can be told from anybody.
  if (token !== undefined)
    void server.register(async (scope) =>
      addAdminRoutes(scope, recommendations, async () => (await watch?.retry()) ?? false),
    );

  return Object.assign(server, {
    whenLoaded: () => whenLoaded,
    reload: async () => (await watch?.retry()) ?? false,
    monitoring: async () => servingReport(await metrics.registry.metrics()),
  }) as unknown as ModelServer;
}

const wantsToken = (route: string): boolean => route === "/events" || route.startsWith("/admin/");

/** Compares digests, so that the time that it takes says nothing of the token, its length included. */
function bearerCheck(token: string): (request: FastifyRequest) => Promise<void> {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const expected = digest(`Bearer ${token}`);
  return async ({ routeOptions, headers }) => {
    const route = routeOptions.url ?? "";
    if (!wantsToken(route)) return;
    if (!timingSafeEqual(digest(headers.authorization ?? ""), expected))
      throw new WorkspaceError("TOKEN_INVALID", `${route} wants the server's token`);
  };
}

/**
 * Serves a model on a port of this machine.
 * @param options host: 127.0.0.1 by default, seen from this machine only; port: 0 by default, any free one
 * @throws WorkspaceError LISTEN_FAILED when the port is taken or not allowed, or what `loadModel` throws
 */
export async function startServer(
  source: ModelSource,
  { host = "127.0.0.1", port = 0, ...options }: { host?: string; port?: number } & ServerOptions = {},
): Promise<RunningServer> {
  const server = createServer(source, options);
  try {
    const url = await server.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
      const reason = LISTEN_FAILURES[error.code ?? ""];
      if (!reason) throw error;
      const [what, mend] = reason;
      throw new WorkspaceError("LISTEN_FAILED", `port ${port} on ${host} ${what}`, { mend, cause: error });
    });
    const loaded = await server.whenLoaded();
    return { server, loaded, url, close: () => closePatiently(server) };
  } catch (error) {
    await server.close();
    throw error;
  }
}

const OTHER_PORT = "Choose another port with --port, 0 for any free one.";
const OTHER_HOST = "Choose an address of this machine with --host, such as 127.0.0.1.";
const LISTEN_FAILURES: Record<string, [what: string, mend: string]> = {
  EADDRINUSE: ["is taken", OTHER_PORT],
  EACCES: ["needs rights that this account does not have", OTHER_PORT],
  EADDRNOTAVAIL: ["is not an address of this machine", OTHER_HOST],
  ENOTFOUND: ["is not an address", OTHER_HOST],
  EAI_AGAIN: ["is not an address that can be looked up now", OTHER_HOST],
};

async function closePatiently(server: ModelServer): Promise<void> {
  const hurry = setTimeout(() => server.server.closeAllConnections(), 10_000);
  try {
    await server.close();
  } finally {
    clearTimeout(hurry);
  }
}
