/** A notebook of the CRISP-DM sequence, paths relative to the project. */
export interface Phase {
    /** Folder of the phase, e.g. "03-prep". */
    folder: string;
    title: string;
    notebook: string;
    /** Files or folders that the notebook leaves behind for later phases; a phase without them is not up to date. */
    products: string[];
}
/** The six phases in the order in which `npm start` runs them. */
export declare const phases: readonly Phase[];
