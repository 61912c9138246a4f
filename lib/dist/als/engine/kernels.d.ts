/** What the compiled kernels export; all addresses are bytes in the shared memory. See ./assembly for each. */
export interface Kernels {
    solveRows(job: number, scratch: number): number;
    measureRows(job: number): number;
    scratchBytes(size: number, groupRows: number): number;
    gramOfRows(factors: number, weights: number, from: number, to: number, size: number, target: number, scratch: number): void;
    turnRows(factors: number, from: number, to: number, size: number, turn: number, scratch: number): void;
    scaleColumns(factors: number, from: number, to: number, size: number, scales: number): void;
    columnMoments(factors: number, weights: number, from: number, to: number, size: number, moments: number): void;
    weightedSquares(factors: number, scales: number, from: number, to: number, size: number): number;
    initialRow(target: number, seed: number, side: number, row: number, rank: number, spread: number): void;
    principalAxes(matrix: number, size: number, rank: number, axes: number, vectors: number): number;
    topRows(job: number, top: number, scratch: number): number;
    packItems(factors: number, bias: number, items: number, filled: number, size: number, target: number): void;
    addGram(tile: number, stride: number, count: number, target: number, size: number): void;
    factorise(matrix: number, size: number, floor: number): number;
    forward(matrix: number, vector: number, size: number): void;
    backward(matrix: number, vector: number, size: number): void;
    columnsProduct(fixed: number, columns: number, count: number, size: number, p: number, q: number, scratch: number): void;
    peak(rounds: number, seed: number): number;
    /** Floating-point operations of a round of `peak`. */
    readonly PEAK_OPERATIONS: {
        readonly value: number;
    };
}
/** Plain SIMD runs everywhere and gives the same bits everywhere; relaxed SIMD multiplies and adds in one instruction. */
export type Instructions = "plain" | "relaxed";
/** A compiled WebAssembly module. Named here because the types of a notebook have no WebAssembly. */
export type CompiledModule = object;
/** A shared WebAssembly memory. */
export interface SharedMemory {
    readonly buffer: ArrayBufferLike;
    grow(pages: number): number;
}
export interface CompiledKernels {
    module: CompiledModule;
    instructions: Instructions;
}
/**
 * Compiles the kernels for this runtime: relaxed SIMD where it can be compiled, else plain. Needs nothing from Node,
 * so that it runs in a browser page too.
 */
export declare function compileKernels(pinned?: Instructions): CompiledKernels;
export declare function instantiateKernels(module: CompiledModule, memory: SharedMemory): Kernels;
