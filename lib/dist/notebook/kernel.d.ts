/** What one output carries: content by MIME type (a front end shows the richest it knows) and metadata. */
export interface MimeBundle {
    data: Record<string, unknown>;
    metadata: {
        movielens: {
            kind: string;
        } & Record<string, unknown>;
    };
}
/**
 * Shows one output under the running cell. tslab's public `display` takes one MIME type per call, so this
 * speaks to the function behind it. Outside a kernel (tests, scripts) it does nothing.
 *
 * Throws KERNEL_UNSUPPORTED in a kernel that is not this project's tslab, where nothing would appear.
 */
export declare function emit(bundle: MimeBundle): void;
