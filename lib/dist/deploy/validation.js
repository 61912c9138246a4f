"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.validatorCompiler = void 0;
const ajv_1 = __importDefault(require("ajv"));
const ajv = new ajv_1.default({
    allErrors: false,
    useDefaults: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    discriminator: true,
    keywords: ["example"],
});
/** What a value of these types looks like in an address, and what it becomes. */
const PLAIN = {
    integer: (text) => (/^-?(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text),
    number: (text) => (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text) ? Number(text) : text),
    boolean: (text) => (text === "true" ? true : text === "false" ? false : text),
};
/**
 * Validates bodies as they are. Addresses carry text only, so a number written there in plain decimals, "true" and
 * "false" become what they say first; nothing else is bent to fit ("0x10", "1e3", "yes" and "" are refused).
 */
const validatorCompiler = ({ schema, httpPart }) => {
    const validate = ajv.compile(schema);
    if (httpPart !== "params" && httpPart !== "querystring")
        return validate;
    const plain = Object.entries(schema.properties ?? {}).flatMap(([name, { type }]) => type !== undefined && type in PLAIN ? [[name, PLAIN[type]]] : []);
    const validateAddress = (values) => {
        for (const [name, read] of plain) {
            const value = values[name];
            if (typeof value === "string")
                values[name] = read(value);
        }
        const valid = validate(values);
        validateAddress.errors = validate.errors;
        return valid;
    };
    validateAddress.errors = null;
    return validateAddress;
};
exports.validatorCompiler = validatorCompiler;
//# sourceMappingURL=validation.js.map