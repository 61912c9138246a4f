import { type AlsOptions } from "../als";
import { type Dataset } from "../data";
import { type Format } from "./bench-data";
import { type SweepTimes } from "./bench-sweeps";
/** One training, timed. Seconds are means over the iterations, the first and an exact last one included; CPU is user + system of all threads. */
export interface TrainingTimes {
    data: string;
    mode: AlsOptions["feedback"];
    solver: string;
    rank: number;
    threads: number;
    iterations: number;
    secondsPerIteration: number;
    cpuSecondsPerIteration: number;
    /** The quickest iteration, and the median: what a busy machine disturbs least. */
    minSeconds: number;
    medianSeconds: number;
    minCpuSeconds: number;
    /** Of every iteration, the first one being half as long again. */
    iterationSeconds: number[];
    iterationCpuSeconds: number[];
    /** From files to data set; null for synthetic data, which is made in memory. */
    loadSeconds: number | null;
    /** From data set to what the solver reads. */
    prepareSeconds: number;
    /** Peak resident memory of the process until then, in MiB, loading included. */
    peakRssMb: number;
    loss: number;
    trainRmse: number | null;
}
export interface KernelTimes {
    kernel: string;
    rank: number;
    gflops: number;
    shareOfPeak: number;
}
interface TopTimes {
    data: string;
    rank: number;
    threads: number;
    users: number;
    seconds: number;
    cpuSeconds: number;
}
/** From a file to training-ready: read, checked, indexed, grouped by user and by item. Each load is a process of its own. */
export interface LoadTimes {
    data: string;
    format: Format;
    ratings: number;
    minSeconds: number;
    medianSeconds: number;
    /** Peak resident memory of load and training, explicit, rank 64, in MiB; the largest of the loads. */
    peakRssMb: number;
}
/** `npm run bench`. @returns the exit code: 0 done, 1 failed, 130 stopped by Ctrl-C */
export declare function main(argv: string[]): Promise<number>;
export interface Report {
    instructions: string;
    /** GFLOP/s of multiply-adds on registers alone, one core; null where the kernels were not asked for. */
    peakGflops: number | null;
    kernels: KernelTimes[];
    sweeps: SweepTimes[];
    trainings: TrainingTimes[];
    top: TopTimes[];
    load: LoadTimes[];
    /** Of the one training that was asked for, at the top, where a script looks first. */
    secondsPerIteration?: number;
    cpuSecondsPerIteration?: number;
    loadSeconds?: number | null;
    peakRssMb?: number;
    loss?: number;
}
/**
 * Times a training: one sweep first, which does not count, then every iteration.
 * @throws WorkspaceError TRAINING_ABORTED after `signal`, and what the engine throws
 */
export declare function trainingTimes(dataset: Dataset, name: string, options: AlsOptions, threads: number, loadSeconds?: number | null, signal?: AbortSignal): Promise<TrainingTimes>;
/** One core's multiply-add peak, and what the kernels reach of it on data in the first-level cache. */
export declare function kernelTimes(): {
    instructions: string;
    peakGflops: number;
    kernels: KernelTimes[];
};
export {};
