/**
 * Digits -> lines of groups, in reading order; each group is a number.
 *
 * @module
 */

import { findLines } from "./lines.js";
import { parted } from "./spacing.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./reading.js").Digit} Digit */
/**
 * Digits that stand together, from left to right, and how sure the gaps are that a number begins
 * and ends with them, and none is between.
 *
 * @typedef {{digits: Digit[], whole: number}} Group
 */

/**
 * Puts digits together to groups and lines.
 *
 * @param {Digit[]} digits The digits of a page, in any order.
 * @param {Page} page
 * @param {import("./spacing.js").Weights} learnt
 * @returns {Group[][]} Lines from top to bottom, each with its groups from left to right.
 */
export function arrange(digits, page, learnt) {
  if (digits.length === 1) return [[{ digits, whole: 1 }]];
  const sorted = [...digits].sort((a, b) => compared(a.box, b.box));
  const boxes = sorted.map(({ box }) => box);
  const lines = findLines(boxes);
  const gaps = parted(boxes, lines, page, learnt);
  return lines.map((line, i) => groupsOf(line.map((place) => sorted[place]), gaps[i]));
}

/**
 * Cuts a line where its gaps more likely part two numbers than not.
 *
 * @param {Digit[]} line
 * @param {number[]} gaps
 */
function groupsOf(line, gaps) {
  const groups = [{ digits: [line[0]], whole: 1 }];
  gaps.forEach((gap, i) => {
    const before = groups[groups.length - 1];
    before.whole *= Math.max(gap, 1 - gap);
    if (gap > 0.5) groups.push({ digits: [line[i + 1]], whole: gap });
    else before.digits.push(line[i + 1]);
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
