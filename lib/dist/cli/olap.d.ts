/** `npm run olap -- [question]`. @returns the exit code: 0 answered, 1 unknown question, bad parameter or unreadable data */
export declare function main(argv: string[]): Promise<number>;
