import Ajv, { type ValidateFunction } from "ajv";
import type { FastifySchemaCompiler, FastifySchema } from "fastify";

const ajv = new Ajv({
  allErrors: false,
  useDefaults: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  discriminator: true,
  keywords: ["example"],
});

/** What a value of these types looks like in an address, and what it becomes. */
const PLAIN: Record<string, (text: string) => unknown> = {
  integer: (text) => (/^-?(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text),
  number: (text) => (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === "true" ? true : text === "false" ? false : text),
};

interface ObjectSchema {
  properties?: Record<string, { type?: string }>;
}

/**
 * Validates bodies as they are. Addresses carry text only, so a number written there in plain decimals, "true" and
 * "false" become what they say first; nothing else is bent to fit ("0x10", "1e3", "yes" and "" are refused).
 */
export const validatorCompiler: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart }) => {
  const validate: ValidateFunction = ajv.compile(schema);
  if (httpPart !== "params" && httpPart !== "querystring") return validate;
  const plain = Object.entries((schema as ObjectSchema).properties ?? {}).flatMap(([name, { type }]) =>
    type !== undefined && type in PLAIN ? [[name, PLAIN[type]] as const] : [],
  );
  const validateAddress = (values: Record<string, unknown>): boolean => {
    for (const [name, read] of plain) {
      const value = values[name];
      if (typeof value === "string") values[name] = read(value);
    }
    const valid = validate(values);
    validateAddress.errors = validate.errors;
    return valid;
  };
  validateAddress.errors = null as ValidateFunction["errors"];
  return validateAddress;
};
