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
 * Digits that stand together, from left to right, how sure the gaps are that a number begins and
 * ends with them, and none is between, and between which columns there is no other group: half-way
 * to those beside it.
 *
 * @typedef {{digits: Digit[], whole: number, room: [number, number]}} Group
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
  if (digits.length === 1) return [[begun(digits[0], 1, -Infinity)]];
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
  const groups = [begun(line[0], 1, -Infinity)];
  gaps.forEach((gap, i) => {
    const before = groups[groups.length - 1];
    const next = line[i + 1];
    before.whole *= Math.max(gap, 1 - gap);
    if (gap > 0.5) {
      before.room[1] = (line[i].box[2] + next.box[0]) / 2;
      groups.push(begun(next, gap, before.room[1]));
    } else before.digits.push(next);
  });
  return groups;
}

/**
 * Begins a group with its first digit.
 *
 * @param {Digit} digit
 * @param {number} whole
 * @param {number} left Where its room begins.
 * @returns {Group}
 */
function begun(digit, whole, left) {
  return { digits: [digit], whole, room: [left, Infinity] };
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
