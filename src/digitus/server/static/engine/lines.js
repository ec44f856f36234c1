/**
 * Digits -> numbers -> lines, in reading order.
 *
 * @module
 */

import { median } from "./planes.js";

/** @typedef {import("./reading.js").Digit} Digit */

// Digits are on one line where they share this part of the lower one's height.
const SAME_LINE = 0.5;
// Neighbours are one number where the gap between them is below this part of the line's height.
const NUMBER_GAP = 0.7;

/**
 * Puts digits together to numbers and lines.
 *
 * @param {Digit[]} digits The digits of a page, in any order.
 * @returns {Digit[][][]} Lines from top to bottom, each with its numbers from left to right, each
 *   with its digits.
 */
export function arrange(digits) {
  /** @type {Digit[][]} */
  const lines = [];
  for (const digit of [...digits].sort((a, b) => compared(a.box, b.box))) {
    /** @type {(line: Digit[]) => number} */
    const share = (line) => shared(line[line.length - 1], digit);
    /** @type {Digit[] | undefined} */
    let place;
    for (const line of lines) if (!place || share(line) > share(place)) place = line;
    if (place && share(place) >= SAME_LINE) place.push(digit);
    else lines.push([digit]);
  }
  /** @type {(line: Digit[]) => number} */
  const middle = (line) => median(line.map(({ box }) => box[1] + box[3]));
  return lines.sort((a, b) => middle(a) - middle(b)).map(numbersOf);
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

/**
 * Returns how much of the lower digit's height two digits share.
 *
 * @param {Digit} left
 * @param {Digit} right
 */
function shared(left, right) {
  const both = Math.min(left.box[3], right.box[3]) - Math.max(left.box[1], right.box[1]);
  return both / Math.min(heightOf(left), heightOf(right));
}

/** @param {Digit} digit */
function heightOf({ box }) {
  return box[3] - box[1];
}

/**
 * Cuts a line, from left to right, into numbers where the gaps are wide.
 *
 * @param {Digit[]} line
 */
function numbersOf(line) {
  const height = median(line.map(heightOf));
  const groups = [[line[0]]];
  for (let i = 1; i < line.length; i++) {
    const gap = line[i].box[0] - line[i - 1].box[2];
    if (gap < NUMBER_GAP * height) groups[groups.length - 1].push(line[i]);
    else groups.push([line[i]]);
  }
  return groups;
}
