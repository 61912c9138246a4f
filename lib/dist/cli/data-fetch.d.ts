/** `npm run data:fetch -- <name>`. @returns the exit code: 0 verified, 1 failed, 130 stopped by Ctrl-C */
export declare function main(argv: string[]): Promise<number>;
