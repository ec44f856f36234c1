/**
 * Planes of values, row by row, and how Python and NumPy count and round.
 *
 * @module
 */

/**
 * @template {Uint8Array | Int32Array | Float32Array} T
 * @typedef {{data: T, width: number, height: number}} Plane
 */
/** @typedef {Plane<Float32Array>} FloatPlane */
/** @typedef {Plane<Uint8Array>} BytePlane */
/** @typedef {Plane<Uint8Array>} Mask 1 where there is something, 0 elsewhere */
/**
 * Left, top, right and bottom; right and bottom exclusive.
 *
 * @typedef {[number, number, number, number]} Box
 */

/**
 * Rounds as Python and NumPy do: a half goes to the even neighbour.
 *
 * @param {number} value
 */
export function round(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/**
 * Returns the median; of an even number of values the mean of the middle two.
 *
 * @param {ArrayLike<number>} values
 */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Returns the value that a part of all values stay below, between two of them where it has to be.
 *
 * @param {ArrayLike<number>} values
 * @param {number} part
 */
export function quantile(values, part) {
  const sorted = Float64Array.from(values).sort();
  const place = part * (sorted.length - 1);
  const [below, rest] = [Math.floor(place), place % 1];
  const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  // As NumPy reckons, to the last bit: what is as strong as the bar must be no ink there and here.
  return rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1 - rest);
}

/**
 * Returns the first place of the largest value.
 *
 * @param {ArrayLike<number>} values
 */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/**
 * Returns the places of values in rising order; equal ones stay as they are.
 *
 * @param {ArrayLike<number>} values
 */
export function argsort(values) {
  return Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
}

/**
 * Swaps rows and columns.
 *
 * @template {Uint8Array | Float32Array} T
 * @param {Plane<T>} plane
 * @returns {Plane<T>}
 */
export function transposed({ data, width, height }) {
  const turned = /** @type {T} */ (data.slice());
  // In squares that fit the cache: whole columns of a large plane do not.
  const side = 32;
  for (let top = 0; top < height; top += side) {
    const bottom = Math.min(top + side, height);
    for (let left = 0; left < width; left += side) {
      const right = Math.min(left + side, width);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) turned[x * height + y] = data[y * width + x];
      }
    }
  }
  return { data: turned, width: height, height: width };
}

/**
 * Cuts a box out of a plane.
 *
 * @param {FloatPlane} plane
 * @param {Box} box
 * @returns {FloatPlane}
 */
export function cropped({ data, width }, [left, top, right, bottom]) {
  const cut = new Float32Array((right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) {
    cut.set(data.subarray(y * width + left, y * width + right), (y - top) * (right - left));
  }
  return { data: cut, width: right - left, height: bottom - top };
}
