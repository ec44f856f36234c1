/**
 * Grey-scale morphology.
 *
 * @module
 */

import { transposed } from "./planes.js";

/** @typedef {import("./planes.js").BytePlane} BytePlane */

/**
 * Takes the extreme of a centred square window; past the edge there is nothing.
 *
 * @param {BytePlane} values
 * @param {number} window Side of the window, odd.
 * @param {"maximum" | "minimum"} extreme
 * @returns {BytePlane}
 */
export function runningExtreme(values, window, extreme) {
  // The minimum is the maximum of what is lacking to 255.
  const flip = extreme === "minimum" ? 255 : 0;
  const across = transposed(alongRows(values, window, flip));
  return transposed(alongRows(across, window, flip));
}

/**
 * Takes the extreme along rows, in three comparisons a pixel (van Herk 1992): a window reaches
 * over two blocks as long as it is, from somewhere in the first one to somewhere in the second.
 *
 * @param {BytePlane} values
 * @param {number} window
 * @param {number} flip
 * @returns {BytePlane}
 */
function alongRows({ data, width, height }, window, flip) {
  const half = window >> 1;
  const padded = Math.ceil((width + 2 * half) / window) * window;
  const line = new Uint8Array(padded);
  const toEnd = new Uint8Array(padded); // from each pixel to the end of its block
  const fromStart = new Uint8Array(padded); // from the start of its block to each pixel
  const result = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row += width) {
    for (let x = 0; x < width; x++) line[half + x] = data[row + x] ^ flip;
    for (let start = 0; start < padded; start += window) {
      let most = 0;
      for (let x = start; x < start + window; x++) {
        if (line[x] > most) most = line[x];
        fromStart[x] = most;
      }
      most = 0;
      for (let x = start + window - 1; x >= start; x--) {
        if (line[x] > most) most = line[x];
        toEnd[x] = most;
      }
    }
    for (let x = 0; x < width; x++) {
      const first = toEnd[x];
      const second = fromStart[x + window - 1];
      result[row + x] = (first > second ? first : second) ^ flip;
    }
  }
  return { data: result, width, height };
}
