/**
 * Digits -> lines of numbers, in reading order.
 *
 * @module
 */

import { findLines } from "./lines.js";
import { parted } from "./spacing.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./reading.js").Digit} Digit */
/**
 * Digits of one number, and how sure it is.
 *
 * @typedef {{digits: Digit[], confidence: number}} Part
 */

// Digits are missed and found that are none, so fewer numbers are right than digits and gaps alone
// would have it.
const STEEPNESS = 0.65;
const OFFSET = -0.47;
const LEAST = 1e-6;

/**
 * Puts digits together to numbers and lines.
 *
 * @param {Digit[]} digits The digits of a page, in any order.
 * @param {Page} page
 * @param {import("./spacing.js").Weights | null} learnt Null for a single digit: it has no gaps.
 * @returns {Part[][]} Lines from top to bottom, each with its numbers from left to right.
 */
export function arrange(digits, page, learnt) {
  if (!learnt) return [digits.map((digit) => ({ digits: [digit], confidence: digit.confidence }))];
  const sorted = [...digits].sort((a, b) => compared(a.box, b.box));
  const boxes = sorted.map(({ box }) => box);
  const lines = findLines(boxes);
  const gaps = parted(boxes, lines, page, learnt);
  return lines.map((line, i) => partsOf(line.map((place) => sorted[place]), gaps[i]));
}

/**
 * Cuts a line where its gaps more likely part two numbers than not.
 *
 * @param {Digit[]} line
 * @param {number[]} gaps
 */
function partsOf(line, gaps) {
  const numbers = [{ digits: [line[0]], whole: 1 }];
  gaps.forEach((gap, i) => {
    const before = numbers[numbers.length - 1];
    before.whole *= Math.max(gap, 1 - gap);
    if (gap > 0.5) numbers.push({ digits: [line[i + 1]], whole: gap });
    else before.digits.push(line[i + 1]);
  });
  return numbers.map(({ digits, whole }) => ({ digits, confidence: sure(digits, whole) }));
}

/**
 * Returns how sure a number of a page is.
 *
 * @param {Digit[]} digits
 * @param {number} whole How sure the gaps are that it begins and ends with them, and has none between.
 */
function sure(digits, whole) {
  const product = Math.min(Math.max(allRight(digits) * whole, LEAST), 1 - LEAST);
  const odds = STEEPNESS * Math.log(product / (1 - product)) + OFFSET;
  return 1 / (1 + Math.exp(-odds));
}

/** @param {Digit[]} digits */
function allRight(digits) {
  return digits.reduce((product, { confidence }) => product * confidence, 1);
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
