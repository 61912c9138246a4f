import { type Dataset } from "../data";
import { AlsModel } from "./model";
/**
 * A model that knows new ratings, without training again: the rows that they touch are solved exactly, all others stay.
 * First the users who gave them, with the items fixed as they are; then the rated items, with all users fixed; then the
 * same users again, so that their rows are what `foldIn` gives from all their ratings, as after training.
 *
 * New users and items get the indices behind the known ones, in ascending order of id; a new rating of a film that the user
 * has rated before takes the old one's place. The global mean stays. Ratings that new users gave to new items alone
 * teach biases, not factors: there is nothing that they could be compared with. Co-factors
 * of touched rows are solved with the rows, and every seed's model is fitted by itself.
 *
 * Work: the touched rows' ratings times rank². When a good part of all ratings is new, training anew finds more.
 *
 * @param model stays as it is
 * @param newRatings in its own index space; users and items are recognised by their MovieLens ids
 * @throws WorkspaceError DATA_INVALID for a rating that cannot be learned from, or none at all; SOLVE_FAILED naming the
 *   row
 */
export declare function partialFit(model: AlsModel, newRatings: Dataset): AlsModel;
