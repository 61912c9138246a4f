import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import Fastify, { type FastifyInstance } from "fastify";
import { WorkspaceError } from "../data";
import { ServerMetrics } from "./metrics";
import { loadModel, type LoadedModel } from "./model-file";
import { ModelWatch } from "./model-watch";
import { servingReport, type ServingReport } from "./monitoring";
import { answerError, answerUnknownRoute } from "./problems";
import { addRoutes, Recommendations } from "./routes";
import { validatorCompiler } from "./validation";

/**
 * A model's folder, loaded while the server already answers `/health`; a registry's folder, whose current model is served
 * and taken up anew whenever it changes, looked at every `watchMilliseconds` (1000 by default); or a model loaded before.
 */
export type ModelSource =
  { modelFolder: string } | { modelsFolder: string; watchMilliseconds?: number } | { loaded: LoadedModel };

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
export function createServer(source: ModelSource): ModelServer {
  const server = Fastify({
    // Nothing is logged but failures: answers are counted in /metrics, and addresses carry user ids.
    logger: { level: "error", stream: process.stderr },
    bodyLimit: 256 * 1024,
    requestTimeout: 10_000,
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply);
    },
  });
  const metrics = new ServerMetrics();
  const recommendations = new Recommendations(metrics);
  const use = (loaded: LoadedModel): void => {
    recommendations.use(loaded);
    metrics.model(loaded);
  };
  const watch =
    "modelsFolder" in source
      ? new ModelWatch(source.modelsFolder, {
          milliseconds: source.watchMilliseconds,
          use,
          onReload: (result, error) => {
            metrics.reload(result);
            if (error)
              server.log.error({ err: error }, "the old model is kept: the new one cannot be served");
          },
        })
      : undefined;
  const loading =
    "loaded" in source
      ? Promise.resolve(source.loaded)
      : "modelFolder" in source
        ? loadModel(source.modelFolder)
        : watch!.first();
  const whenLoaded = loading.then((loaded) => {
    if (!watch) use(loaded);
    return loaded;
  });
  whenLoaded.catch((error: unknown) => recommendations.fail(error));
  server.addHook("onClose", () => watch?.stop());

  // Bodies are JSON; without its parser, text/plain is refused as an unsupported media type.
  server.removeContentTypeParser("text/plain");
  server.setValidatorCompiler(validatorCompiler);
  server.setErrorHandler(answerError);
  server.setNotFoundHandler(answerUnknownRoute);
  server.addHook("onSend", async (_, reply) => {
    if (recommendations.version) void reply.header("x-model-version", recommendations.version);
  });
  server.addHook("onResponse", async (request, reply) => {
    const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
    metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
  void server.register(swagger, {
    openapi: {
      info: {
        title: "MovieLens recommender",
        description:
          "Recommendations from a matrix factorisation of MovieLens ratings. Ids are MovieLens ids.",
        version: "1",
      },
    },
  });
  void server.register(swaggerUi, {
    routePrefix: "/docs",
    uiConfig: { validatorUrl: null },
    staticCSP: true,
    // From this server only; the page itself sets styles on its elements.
    transformStaticCSP: (policy) =>
      policy.replaceAll(/ https:/g, "").replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  });
  void server.register(async (scope) => addRoutes(scope, recommendations, metrics));

  return Object.assign(server, {
    whenLoaded: () => whenLoaded,
    reload: async () => (await watch?.retry()) ?? false,
    monitoring: async () => servingReport(await metrics.registry.metrics()),
  }) as unknown as ModelServer;
}

/**
 * Serves a model on a port of this machine.
 * @param options host: 127.0.0.1 by default, seen from this machine only; port: 0 by default, any free one
 * @throws WorkspaceError LISTEN_FAILED when the port is taken or not allowed, or what `loadModel` throws
 */
export async function startServer(
  source: ModelSource,
  { host = "127.0.0.1", port = 0 }: { host?: string; port?: number } = {},
): Promise<RunningServer> {
  const server = createServer(source);
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
