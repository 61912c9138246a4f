/** `npm run scoreboard`. @returns the exit code: 0 measured, 1 failed, 130 stopped by Ctrl-C */
export declare function main(argv: string[]): Promise<number>;
