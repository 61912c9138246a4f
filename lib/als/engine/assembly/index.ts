export { principalAxes } from "./axes";
export { addGram } from "./gram";
export { factorise, forward, backward } from "./cholesky";
export { columnsProduct } from "./conjugate";
export { columnMoments, gramOfRows, scaleColumns, turnRows, weightedSquares } from "./dense";
export { peak, PEAK_OPERATIONS } from "./peak";
export { initialRow } from "./random";
export { packItems, topRows } from "./top";
export { measureRows, scratchBytes, solveRows } from "./rows";
