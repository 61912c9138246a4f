/** `npm run bench:serve`: starts the server in a process of its own and loads it over loopback. */
export declare function main(argv: string[]): Promise<number>;
