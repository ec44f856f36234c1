/**
 * Eigenvectors of small symmetric matrices, by Jacobi's rotations.
 *
 * @module
 */

/** More sweeps than any matrix of three rows needs. */
const SWEEPS = 12;

/**
 * Decomposes a symmetric matrix.
 *
 * @param {number[][]} matrix
 * @returns {{values: number[], vectors: number[][]}} An eigenvector for each eigenvalue, in no
 *   order.
 */
export function eigen(matrix) {
  const a = matrix.map((row) => [...row]);
  /** @type {number[][]} */
  const vectors = a.map((_, i) => a.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < a.length; p++) {
      for (let q = p + 1; q < a.length; q++) {
        if (a[p][q] === 0) continue;
        const slope = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const tan = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(slope, 1));
        const cos = 1 / Math.hypot(tan, 1);
        const sin = tan * cos;
        for (const row of a) {
          [row[p], row[q]] = [cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]];
        }
        [a[p], a[q]] = rotated(a[p], a[q], cos, sin);
        [vectors[p], vectors[q]] = rotated(vectors[p], vectors[q], cos, sin);
      }
    }
  }
  return { values: a.map((row, i) => row[i]), vectors };
}

/**
 * Solves a symmetric system by least squares; of many solutions it takes the shortest.
 *
 * @param {number[][]} matrix
 * @param {number[]} target
 * @returns {number[]}
 */
export function solve(matrix, target) {
  const { values, vectors } = eigen(matrix);
  const least = Number.EPSILON * values.length * Math.max(...values.map(Math.abs));
  const solution = target.map(() => 0);
  values.forEach((value, i) => {
    if (Math.abs(value) <= least) return;
    const part = vectors[i].reduce((sum, v, j) => sum + v * target[j], 0) / value;
    vectors[i].forEach((v, j) => (solution[j] += part * v));
  });
  return solution;
}

/**
 * @param {number[]} first
 * @param {number[]} second
 * @param {number} cos
 * @param {number} sin
 */
function rotated(first, second, cos, sin) {
  return [
    first.map((v, i) => cos * v - sin * second[i]),
    second.map((v, i) => sin * first[i] + cos * v),
  ];
}
