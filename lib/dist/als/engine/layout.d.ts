import type { SharedMemory } from "./kernels";
/** Fields of a job in the order of ./assembly/job.ts, each 32 bits. */
export declare const JOB_FIELDS: {
    readonly cursor: "u32";
    readonly stop: "u32";
    readonly filled: "u32";
    readonly rowStart: "u32";
    readonly columns: "u32";
    readonly values: "u32";
    readonly rowScale: "u32";
    readonly solved: "u32";
    readonly solvedBias: "u32";
    readonly fixed: "u32";
    readonly fixedBias: "u32";
    readonly size: "u32";
    readonly shared: "u32";
    readonly spectrum: "u32";
    readonly profile: "u32";
    readonly centre: "u32";
    readonly cofactors: "u32";
    readonly cofactorWeight: "f32";
    readonly lambda: "f32";
    readonly lambdaBias: "f32";
    readonly alpha: "f32";
    readonly mean: "f32";
    readonly solver: "u32";
    readonly steps: "u32";
    readonly tolerance: "f32";
    readonly groups: "u32";
    readonly groupCount: "u32";
    readonly grouped: "u32";
    readonly block: "u32";
    readonly losses: "u32";
    readonly rows: "u32";
    readonly clipFrom: "f32";
    readonly clipTo: "f32";
    readonly measure: "u32";
    readonly rescues: "u32";
};
export type Job = Record<keyof typeof JOB_FIELDS, number>;
export declare const EMPTY_JOB: Job;
export declare const JOB_BYTES: number;
export declare function writeJob(buffer: SharedArrayBuffer, address: number, job: Job): void;
export declare function readJob(buffer: SharedArrayBuffer, address: number): Job;
/** What one WebAssembly memory can hold. */
export declare const LARGEST_MEMORY: number;
/**
 * Hands out pieces of one shared memory, aligned to a cache line, and never takes one back. Address 0 is never
 * handed out: it stands for an absent part.
 */
export declare class Arena {
    readonly memory: SharedMemory;
    /** The memory as it is now; views made before it grew stay good. */
    buffer: SharedArrayBuffer;
    private next;
    /** @throws WorkspaceError MEMORY_EXCEEDED when the bytes are past what one WebAssembly memory holds */
    constructor(bytes: number, what: string);
    /**
     * Makes room for so many bytes more.
     * @throws WorkspaceError MEMORY_EXCEEDED when the memory would grow past its limit
     */
    reserve(bytes: number, what: string): void;
    /** Bytes that a piece takes with its alignment. */
    static bytesOf(bytes: number): number;
    take(bytes: number): number;
    uint32(length: number): Uint32Array;
    float32(length: number): Float32Array;
    float64(length: number): Float64Array;
}
