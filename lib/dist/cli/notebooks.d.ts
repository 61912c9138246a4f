/** `npm run notebooks`: executes notebooks as tests, or strips their outputs before a commit. */
export declare function main(argv: string[]): Promise<number>;
