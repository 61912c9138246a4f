/**
 * A path inside the project, wherever the caller's working directory is (a notebook's is its own folder).
 * The project is the nearest folder above this library that holds `notebooks/`.
 */
export declare function projectPath(...segments: string[]): string;
