import Ajv, { type ValidateFunction } from "ajv";
import type { FastifySchemaCompiler, FastifySchema } from "fastify";

const ajv = new Ajv({ allErrors: false, useDefaults: true, strict: true, keywords: ["example"] });

interface ObjectSchema {
  properties?: Record<string, { type?: string }>;
}

/**
 * Validates bodies as they are. Addresses carry text only, so a whole number written there in plain decimals
 * becomes one first; nothing else is bent to fit ("0x10", "1e3" and "" are refused).
 */
export const validatorCompiler: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart }) => {
  const validate: ValidateFunction = ajv.compile(schema);
  if (httpPart !== "params" && httpPart !== "querystring") return validate;
  const whole = Object.entries((schema as ObjectSchema).properties ?? {})
    .filter(([, property]) => property.type === "integer")
    .map(([name]) => name);
  const validateAddress = (values: Record<string, unknown>): boolean => {
    for (const name of whole) {
      const value = values[name];
      if (typeof value === "string" && /^-?(?:0|[1-9]\d{0,14})$/.test(value)) values[name] = Number(value);
    }
    const valid = validate(values);
    validateAddress.errors = validate.errors;
    return valid;
  };
  validateAddress.errors = null as ValidateFunction["errors"];
  return validateAddress;
};
