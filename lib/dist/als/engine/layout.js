"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Arena = exports.LARGEST_MEMORY = exports.JOB_BYTES = exports.EMPTY_JOB = exports.JOB_FIELDS = void 0;
exports.writeJob = writeJob;
exports.readJob = readJob;
const errors_1 = require("../../errors");
/** Fields of a job in the order of ./assembly/job.ts, each 32 bits. */
exports.JOB_FIELDS = {
    cursor: "u32",
    stop: "u32",
    filled: "u32",
    rowStart: "u32",
    columns: "u32",
    values: "u32",
    rowScale: "u32",
    solved: "u32",
    solvedBias: "u32",
    fixed: "u32",
    fixedBias: "u32",
    size: "u32",
    shared: "u32",
    spectrum: "u32",
    profile: "u32",
    centre: "u32",
    cofactors: "u32",
    cofactorWeight: "f32",
    lambda: "f32",
    lambdaBias: "f32",
    alpha: "f32",
    mean: "f32",
    solver: "u32",
    steps: "u32",
    tolerance: "f32",
    groups: "u32",
    groupCount: "u32",
    grouped: "u32",
    block: "u32",
    losses: "u32",
    rows: "u32",
    clipFrom: "f32",
    clipTo: "f32",
    measure: "u32",
    rescues: "u32",
};
exports.EMPTY_JOB = Object.fromEntries(Object.keys(exports.JOB_FIELDS).map((name) => [name, 0]));
exports.JOB_BYTES = Object.keys(exports.JOB_FIELDS).length * 4;
function writeJob(buffer, address, job) {
    const view = new DataView(buffer, address, exports.JOB_BYTES);
    Object.entries(exports.JOB_FIELDS).forEach(([name, type], field) => {
        const value = job[name];
        if (type === "f32")
            view.setFloat32(field * 4, value, true);
        else
            view.setUint32(field * 4, value, true);
    });
}
function readJob(buffer, address) {
    const view = new DataView(buffer, address, exports.JOB_BYTES);
    const job = { ...exports.EMPTY_JOB };
    Object.entries(exports.JOB_FIELDS).forEach(([name, type], field) => {
        job[name] =
            type === "f32" ? view.getFloat32(field * 4, true) : view.getUint32(field * 4, true);
    });
    return job;
}
const PAGE = 65536;
const ALIGNMENT = 64;
/** What one WebAssembly memory can hold. */
exports.LARGEST_MEMORY = 65536 * PAGE;
/** A size in bytes as a person reads it. */
const gibibytes = (bytes) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
function refusePastLimit(bytes, what) {
    if (bytes > exports.LARGEST_MEMORY - PAGE)
        throw new errors_1.WorkspaceError("MEMORY_EXCEEDED", `${what} needs ${gibibytes(bytes)} of memory; one WebAssembly memory holds ${gibibytes(exports.LARGEST_MEMORY)}`);
}
/**
 * Hands out pieces of one shared memory, aligned to a cache line, and never takes one back. Address 0 is never
 * handed out: it stands for an absent part.
 */
class Arena {
    memory;
    /** The memory as it is now; views made before it grew stay good. */
    buffer;
    next = ALIGNMENT;
    /** @throws WorkspaceError MEMORY_EXCEEDED when the bytes are past what one WebAssembly memory holds */
    constructor(bytes, what) {
        refusePastLimit(bytes, what);
        this.memory = new WebAssembly.Memory({
            initial: Math.ceil(bytes / PAGE) + 1,
            maximum: exports.LARGEST_MEMORY / PAGE,
            shared: true,
        });
        this.buffer = this.memory.buffer;
    }
    /**
     * Makes room for so many bytes more.
     * @throws WorkspaceError MEMORY_EXCEEDED when the memory would grow past its limit
     */
    reserve(bytes, what) {
        const missing = this.next + bytes - this.buffer.byteLength;
        if (missing <= 0)
            return;
        refusePastLimit(this.next + bytes, what);
        this.memory.grow(Math.ceil(missing / PAGE));
        this.buffer = this.memory.buffer;
    }
    /** Bytes that a piece takes with its alignment. */
    static bytesOf(bytes) {
        return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    }
    take(bytes) {
        const address = this.next;
        this.next += Arena.bytesOf(bytes);
        if (this.next > this.buffer.byteLength)
            throw new errors_1.WorkspaceError("MEMORY_EXCEEDED", `the estimate of ${gibibytes(this.buffer.byteLength)} was too small`);
        return address;
    }
    uint32(length) {
        return new Uint32Array(this.buffer, this.take(length * 4), length);
    }
    float32(length) {
        return new Float32Array(this.buffer, this.take(length * 4), length);
    }
    float64(length) {
        return new Float64Array(this.buffer, this.take(length * 8), length);
    }
}
exports.Arena = Arena;
//# sourceMappingURL=layout.js.map