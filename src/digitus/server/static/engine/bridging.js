/**
 * Groups of a line between which a digit was overlooked -> one group: it is one number.
 *
 * The finder misses a small nought among others now and then, and the gap that it leaves looks as
 * if it parted two numbers. The transcriber sees what stands in it.
 *
 * @module
 */

import { usualHeight } from "./strip.js";

/** @typedef {import("./grouping.js").Group} Group */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./transcriber.js").Transcript} Transcript */

// How wide a gap is in which a digit may have been overlooked, in heights of the digits.
const NARROWEST = 0.3;
const WIDEST = 2.0;
// What is spelt across a gap must be so likely.
const LIKELY = 0.3;

/**
 * Joins the groups of a line between which a digit is spelt that was not found.
 *
 * @param {Group[]} line From left to right.
 * @param {(boxes: Box[], room: [number, number]) => Promise<Transcript | null>} spell Spells what
 *   stands at some boxes, between two columns of the page.
 * @returns {Promise<Group[]>} The groups, from left to right. A joined one is as whole as the less
 *   whole of both.
 */
export async function bridged(line, spell) {
  const joined = line.slice(0, 1);
  for (const group of line.slice(1)) {
    const before = joined[joined.length - 1];
    const digits = [...before.digits, ...group.digits];
    /** @type {[number, number]} */
    const room = [before.room[0], group.room[1]];
    const boxes = digits.map(({ box }) => box);
    const first = Math.max(...before.digits.map(({ box }) => box[2]));
    const last = Math.min(...group.digits.map(({ box }) => box[0]));
    const height = usualHeight(boxes);
    const gap = last - first;
    const wide = NARROWEST * height < gap && gap < WIDEST * height;
    const spelt = wide ? await spell(boxes, room) : null;
    if (spelt && fills(spelt, digits.length, first, last)) {
      joined[joined.length - 1] = { digits, whole: Math.min(before.whole, group.whole), room };
    } else joined.push(group);
  }
  return joined;
}

/**
 * Tells whether more digits are spelt than were found, and one between two columns.
 *
 * @param {Transcript} spelt
 * @param {number} found
 * @param {number} first
 * @param {number} last
 */
function fills(spelt, found, first, last) {
  const between = spelt.middles.some((middle) => first < middle && middle < last);
  const more = spelt.digits.length > found && between;
  return more && spelt.chance(spelt.digits) >= LIKELY;
}
