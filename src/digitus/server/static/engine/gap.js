/**
 * What is in a gap between two digits: paper, a rule, a point.
 *
 * @module
 */

import { median, quantile, round } from "./planes.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./planes.js").Box} Box */

// A gap of fewer pixels is not looked into; of one of many rows, about so many are.
const THINNEST = 2;
const ROWS = 24;
// What differs from the paper by this part of how a digit does, of its strongest pixels, is ink;
// the lower part of a gap begins at this part of its height.
const INK = 0.4;
const STRONG = 0.9;
const LOWER = 0.6;

const { abs, floor, max, min } = Math;

/**
 * Looks into a gap.
 *
 * @param {Page} page
 * @param {Box} left The digit before it.
 * @param {Box} right The digit behind it.
 * @returns {[number, number, number]} How much of the inkiest column is ink, from top to bottom,
 *   in its upper and in its lower part: a rule has all, a point or comma but the last.
 */
export function between(page, left, right) {
  const [top, bottom] = [min(left[1], right[1]), max(left[3], right[3])];
  const step = max(1, floor((bottom - top) / ROWS));
  const gap = sampled(page, [left[2], top, right[0], bottom], step);
  const digit = sampled(page, [left[0], top, left[2], bottom], step);
  if (min(gap.width, gap.height, digit.width, digit.height) < THINNEST) return [0, 0, 0];
  const paper = median(gap.levels);
  const strength = quantile(digit.levels.map((level) => abs(level - paper)), STRONG);
  const ink = gap.levels.map((level) => Number(abs(level - paper) > INK * strength));
  const below = round(gap.height * LOWER);
  return [
    inkiest(ink, gap.width, 0, gap.height),
    inkiest(ink, gap.width, 0, below),
    inkiest(ink, gap.width, below, gap.height),
  ];
}

/**
 * Returns levels of a part of a page, of one pixel in `step` each way.
 *
 * @param {Page} page
 * @param {Box} box
 * @param {number} step
 */
function sampled({ data, width }, [left, top, right, bottom], step) {
  /** @type {number[]} */
  const levels = [];
  for (let y = top; y < bottom; y += step) {
    for (let x = left; x < right; x += step) levels.push(data[4 * (y * width + x) + 1]);
  }
  /** @type {(length: number) => number} */
  const count = (length) => max(0, Math.ceil(length / step));
  return { levels, width: count(right - left), height: count(bottom - top) };
}

/**
 * Returns the ink of the inkiest column of some rows; a rule may be a little askew, so ink is in
 * the columns beside it, too.
 *
 * @param {number[]} ink 1 where there is some.
 * @param {number} width
 * @param {number} top
 * @param {number} bottom
 */
function inkiest(ink, width, top, bottom) {
  let most = 0;
  for (let x = 0; x < width; x++) {
    let count = 0;
    for (let y = top; y < bottom; y++) {
      const row = ink.slice(y * width + max(x - 1, 0), y * width + min(x + 2, width));
      if (row.includes(1)) count++;
    }
    most = max(most, count / (bottom - top));
  }
  return most;
}
