/** `npm run serve-model`: serves until a signal ends it. @returns the exit code: 0 stopped by a signal, 1 could not serve */
export declare function main(argv: string[]): Promise<number>;
