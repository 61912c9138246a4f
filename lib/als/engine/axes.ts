import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface PrincipalAxes {
  /** Eigenvalues, ascending. */
  values: Float64Array;
  /** Column k is the k-th axis: row-major [size × size], orthogonal. */
  axes: Float64Array;
}

/** The principal axes of a symmetric matrix, row-major [size × size]. */
export function principalAxes(matrix: Float64Array, size: number): PrincipalAxes {
  const rows = Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    new Matrix(rows as unknown as number[][]),
    { assumeSymmetric: true },
  );
  return {
    values: Float64Array.from(realEigenvalues),
    axes: Float64Array.from(eigenvectorMatrix.to1DArray()),
  };
}
