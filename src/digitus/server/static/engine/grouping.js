/**
 * Digits -> lines of numbers, in reading order.
 *
 * @module
 */

import { findLines } from "./lines.js";
import { parted } from "./spacing.js";

/** @typedef {import("./reading.js").Digit} Digit */

/**
 * Puts digits together to numbers and lines.
 *
 * @param {Digit[]} digits The digits of a page, in any order.
 * @returns {Digit[][][]} Lines from top to bottom, each with its numbers from left to right, each
 *   with its digits.
 */
export function arrange(digits) {
  const sorted = [...digits].sort((a, b) => compared(a.box, b.box));
  const boxes = sorted.map(({ box }) => box);
  const lines = findLines(boxes);
  const gaps = parted(boxes, lines);
  return lines.map((line, i) => numbersOf(line.map((place) => sorted[place]), gaps[i]));
}

/**
 * Cuts a line where its gaps more likely part two numbers than not.
 *
 * @param {Digit[]} line
 * @param {number[]} gaps
 */
function numbersOf(line, gaps) {
  const groups = [[line[0]]];
  gaps.forEach((gap, i) => {
    if (gap > 0.5) groups.push([line[i + 1]]);
    else groups[groups.length - 1].push(line[i + 1]);
  });
  return groups;
}

/**
 * Orders boxes by their first side that differs.
 *
 * @param {number[]} a
 * @param {number[]} b
 */
function compared(a, b) {
  const side = a.findIndex((value, i) => value !== b[i]);
  return side < 0 ? 0 : a[side] - b[side];
}
