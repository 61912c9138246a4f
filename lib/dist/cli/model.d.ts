/** `npm run model`. @returns the exit code: 0 done, 1 failed or refused by the gate, 130 stopped by Ctrl-C */
export declare function main(argv: string[]): Promise<number>;
