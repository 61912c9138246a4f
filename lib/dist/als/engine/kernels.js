"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.compileKernels = compileKernels;
exports.instantiateKernels = instantiateKernels;
const wasm_1 = require("./wasm");
/**
 * Compiles the kernels for this runtime: relaxed SIMD where it can be compiled, else plain. Needs nothing from Node,
 * so that it runs in a browser page too.
 */
function compileKernels(pinned) {
    if (pinned !== "plain") {
        const bytes = decode(wasm_1.relaxed);
        if (pinned === "relaxed" || WebAssembly.validate(bytes))
            return { module: new WebAssembly.Module(bytes), instructions: "relaxed" };
    }
    return { module: new WebAssembly.Module(decode(wasm_1.plain)), instructions: "plain" };
}
function instantiateKernels(module, memory) {
    const abort = () => {
        throw new Error("a kernel aborted");
    };
    return new WebAssembly.Instance(module, {
        env: { memory: memory, abort },
    }).exports;
}
const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
//# sourceMappingURL=kernels.js.map