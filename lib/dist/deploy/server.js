"use strict";
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
    var ownKeys = function(o) {
        ownKeys = Object.getOwnPropertyNames || function (o) {
            var ar = [];
            for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
            return ar;
        };
        return ownKeys(o);
    };
    return function (mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) if (k[i] !== "default") __createBinding(result, mod, k[i]);
        __setModuleDefault(result, mod);
        return result;
    };
})();
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.LOG_LEVELS = void 0;
exports.createServer = createServer;
exports.startServer = startServer;
const node_crypto_1 = require("node:crypto");
const helmet_1 = __importDefault(require("@fastify/helmet"));
const rate_limit_1 = __importDefault(require("@fastify/rate-limit"));
const swagger_1 = __importDefault(require("@fastify/swagger"));
const swagger_ui_1 = __importDefault(require("@fastify/swagger-ui"));
const fastify_1 = __importStar(require("fastify"));
const data_1 = require("../data");
const events_1 = require("./events");
const metrics_1 = require("./metrics");
const model_file_1 = require("./model-file");
const model_watch_1 = require("./model-watch");
const monitoring_1 = require("./monitoring");
const page_files_1 = require("./page-files");
const problems_1 = require("./problems");
const rate_window_1 = require("./rate-window");
const routes_1 = require("./routes");
const validation_1 = require("./validation");
/** What the log says: failures only, or a line for each request as well. */
exports.LOG_LEVELS = ["silent", "error", "info"];
/**
 * The recommender as an HTTP server, not yet listening: `inject()` asks it without a port, `startServer` gives
 * it one. Its routes are described by itself at /docs and /openapi.json.
 */
function createServer(source, options = {}) {
    const { log = "error", logUsers = false, requestsPerSecond = 2000, requestTimeout = 10_000 } = options;
    const server = (0, fastify_1.default)({
        logger: { level: log, stream: process.stderr },
        // Addresses carry user ids, so the hook below writes the line of a request.
        logController: new fastify_1.LogController({ disableRequestLogging: true }),
        bodyLimit: 256 * 1024,
        requestTimeout,
        // A client that neither sends nor reads is let go.
        connectionTimeout: 3 * requestTimeout,
        http: { headersTimeout: requestTimeout, connectionsCheckingInterval: Math.min(1000, requestTimeout) },
        // While it stops, what still arrives on open connections is answered rather than turned away.
        return503OnClosing: false,
        clientErrorHandler: problems_1.answerBrokenConnection,
        frameworkErrors: (error, request, reply) => {
            (0, problems_1.answerError)(error, request, reply);
        },
    });
    const metrics = new metrics_1.ServerMetrics();
    const eventLog = options.eventsFolder === undefined ? undefined : new events_1.EventLog(options.eventsFolder);
    const recommendations = new routes_1.Recommendations(metrics, { foldInFrom: options.foldInFrom }, eventLog);
    const use = (serving) => {
        recommendations.use(serving);
        metrics.model(serving.loaded);
    };
    const takeUp = async (loaded) => use(await (0, data_1.inSlices)(recommendations.prepare(loaded)));
    const watch = "modelsFolder" in source
        ? new model_watch_1.ModelWatch(source.modelsFolder, {
            milliseconds: source.watchMilliseconds,
            use: takeUp,
            onReload: (result, error) => {
                metrics.reload(result);
                if (error)
                    server.log.error({ err: error }, "the old model is kept: the new one cannot be served");
            },
        })
        : undefined;
    const load = async () => {
        if (watch)
            return watch.first();
        const loaded = await (0, model_file_1.loadModel)(source.modelFolder);
        await takeUp(loaded);
        return loaded;
    };
    if ("loaded" in source)
        use((0, data_1.atOnce)(recommendations.prepare(source.loaded)));
    const whenLoaded = "loaded" in source ? Promise.resolve(source.loaded) : load();
    whenLoaded.catch((error) => recommendations.fail(error));
    server.addHook("onClose", () => watch?.stop());
    // Bodies are JSON; without its parser, text/plain is refused as an unsupported media type.
    server.removeContentTypeParser("text/plain");
    server.setValidatorCompiler(validation_1.validatorCompiler);
    server.setErrorHandler(problems_1.answerError);
    server.setNotFoundHandler(problems_1.answerUnknownRoute);
    // Named when its handler begins: another model may be served by the time that a long answer is sent.
    const nameModel = (reply) => {
        if (recommendations.version)
            void reply.header("x-model-version", recommendations.version);
    };
    server.addHook("preHandler", (_, reply, done) => {
        nameModel(reply);
        done();
    });
    server.addHook("onSend", (_, reply, payload, done) => {
        if (!reply.hasHeader("x-model-version"))
            nameModel(reply);
        done(null, payload);
    });
    server.addHook("onResponse", async (request, reply) => {
        const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
        metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
        request.log.info({
            method: request.method,
            ...(logUsers ? { url: request.url } : { route }),
            status: reply.statusCode,
            milliseconds: Math.round(reply.elapsedTime * 1000) / 1000,
        }, "answered");
    });
    // After the requests: what they stored is on the disk before the process ends.
    server.addHook("onClose", async () => eventLog?.close());
    if (options.token !== undefined)
        server.addHook("onRequest", bearerCheck(options.token));
    void server.register(helmet_1.default, {
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
    void server.register(rate_limit_1.default, { max: requestsPerSecond, timeWindow: 1000, store: rate_window_1.RateWindow });
    void server.register(swagger_1.default, {
        openapi: {
            info: {
                title: "MovieLens recommender",
                description: "Recommendations from a matrix factorisation of MovieLens ratings. Ids are MovieLens ids.",
                version: "1",
            },
        },
    });
    void server.register(swagger_ui_1.default, {
        routePrefix: "/docs",
        uiConfig: { validatorUrl: null },
        staticCSP: true,
        // From this server only; the page itself sets styles on its elements.
        transformStaticCSP: (policy) => policy.replaceAll(/ https:/g, "").replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
    });
    void server.register(async (scope) => {
        (0, routes_1.addServiceRoutes)(scope, recommendations, metrics);
        (0, page_files_1.addPage)(scope);
    });
    void server.register(async (scope) => (0, routes_1.addRoutes)(scope, recommendations));
    // Only where somebody can be told from anybody.
    if (options.token !== undefined)
        void server.register(async (scope) => (0, routes_1.addAdminRoutes)(scope, recommendations, async () => (await watch?.retry()) ?? false));
    return Object.assign(server, {
        whenLoaded: () => whenLoaded,
        reload: async () => (await watch?.retry()) ?? false,
        monitoring: async () => (0, monitoring_1.servingReport)(await metrics.registry.metrics()),
    });
}
/** Compares digests, so that the time that it takes says nothing of the token, its length included. */
function bearerCheck(token) {
    const digest = (text) => (0, node_crypto_1.createHash)("sha256").update(text).digest();
    const expected = digest(`Bearer ${token}`);
    return async ({ routeOptions, headers }) => {
        const route = routeOptions.url ?? "";
        if (route !== "/events" && !route.startsWith("/admin/"))
            return;
        if (!(0, node_crypto_1.timingSafeEqual)(digest(headers.authorization ?? ""), expected))
            throw new data_1.WorkspaceError("TOKEN_INVALID", `${route} wants the server's token`);
    };
}
/**
 * Serves a model on a port of this machine.
 * @param options host: 127.0.0.1 by default, seen from this machine only; port: 0 by default, any free one
 * @throws WorkspaceError LISTEN_FAILED when the port is taken or not allowed, or what `loadModel` throws
 */
async function startServer(source, { host = "127.0.0.1", port = 0, ...options } = {}) {
    const server = createServer(source, options);
    try {
        const url = await server.listen({ host, port }).catch((error) => {
            const reason = LISTEN_FAILURES[error.code ?? ""];
            if (!reason)
                throw error;
            const [what, mend] = reason;
            throw new data_1.WorkspaceError("LISTEN_FAILED", `port ${port} on ${host} ${what}`, { mend, cause: error });
        });
        const loaded = await server.whenLoaded();
        return { server, loaded, url, close: () => closePatiently(server) };
    }
    catch (error) {
        await server.close();
        throw error;
    }
}
const OTHER_PORT = "Choose another port with --port, 0 for any free one.";
const OTHER_HOST = "Choose an address of this machine with --host, such as 127.0.0.1.";
const LISTEN_FAILURES = {
    EADDRINUSE: ["is taken", OTHER_PORT],
    EACCES: ["needs rights that this account does not have", OTHER_PORT],
    EADDRNOTAVAIL: ["is not an address of this machine", OTHER_HOST],
    ENOTFOUND: ["is not an address", OTHER_HOST],
    EAI_AGAIN: ["is not an address that can be looked up now", OTHER_HOST],
};
async function closePatiently(server) {
    const hurry = setTimeout(() => server.server.closeAllConnections(), 10_000);
    try {
        await server.close();
    }
    finally {
        clearTimeout(hurry);
    }
}
//# sourceMappingURL=server.js.map