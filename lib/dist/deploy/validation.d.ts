import type { FastifySchemaCompiler, FastifySchema } from "fastify";
/**
 * Validates bodies as they are. Addresses carry text only, so a number written there in plain decimals, "true" and
 * "false" become what they say first; nothing else is bent to fit ("0x10", "1e3", "yes" and "" are refused).
 */
export declare const validatorCompiler: FastifySchemaCompiler<FastifySchema>;
