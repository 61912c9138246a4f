/** The version of this library, as its package.json has it. */
export declare function libraryVersion(): string;
