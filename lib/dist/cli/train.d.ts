/** `npm run train`. @returns the exit code: 0 exported, 1 failed, 130 stopped by Ctrl-C, nothing written */
export declare function main(argv: string[]): Promise<number>;
