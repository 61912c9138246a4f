/** `npm start`: executes the notebooks that are not up to date, in order, and renders the reports. */
export declare function main(argv: string[]): Promise<number>;
