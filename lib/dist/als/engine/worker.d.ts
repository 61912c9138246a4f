import { type CompiledModule, type SharedMemory } from "./kernels";
/** What a thread starts with. */
export interface ThreadStart {
    module: CompiledModule;
    memory: SharedMemory;
    scratch: number;
}
