/** `npm run data:check -- [path]`. @returns the exit code: 0 the gate passes, 1 it does not or the data cannot be read */
export declare function main(argv: string[]): Promise<number>;
