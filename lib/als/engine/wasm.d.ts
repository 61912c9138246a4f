/** Base64 of the compiled kernels; written into lib/dist by setup/build-kernels.mjs. */
export declare const plain: string;
export declare const relaxed: string;
