/**
 * `npm run lab`: JupyterLab with this project's kernel and settings, nothing of it registered outside the
 * project. Arguments go to JupyterLab (`npm run lab -- --no-browser --port 8890`).
 */
export declare function main(args: string[]): Promise<number>;
