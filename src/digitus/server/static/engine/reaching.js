/**
 * A number that goes on where the finder saw no more of it.
 *
 * The first or last digit of a number is overlooked now and then: a one with a long upstroke, a
 * digit that the border of the picture cuts. The transcriber believes that a number ends where its
 * digits were found; told that it goes on, it spells what stands there, if there is ink at all.
 *
 * @module
 */

import { usualHeight } from "./strip.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./transcriber.js").Transcript} Transcript */

// How far beyond an end a digit is looked for, in heights of the digits.
const BEYOND = 1.0;
// Paper varies less than this part of what the number's own place does.
const INK = 0.6;
// What is spelt with a digit more must be so likely, as likely as what was spelt without it, and
// possible for who was not told that the number goes on: or else it is rather a letter.
const LIKELY = 0.5;
const POSSIBLE = 0.003;

const { floor, max, min } = Math;

/**
 * Spells a number, and the digits at its ends that were not found.
 *
 * @param {Box[]} boxes Of the number's digits, one at least.
 * @param {[number, number]} room Between which columns of the page there is no other number.
 * @param {Page} page
 * @param {(boxes: Box[], room: [number, number]) => Promise<Transcript | null>} spell Spells what
 *   stands at some boxes, between two columns.
 * @returns {Promise<Transcript | null>} What is spelt; null where nothing can be.
 */
export async function reached(boxes, room, page, spell) {
  let spelt = await spell(boxes, room);
  for (const left of [true, false]) {
    while (spelt?.digits.length) { // else there rather is no number
      const place = beyond(boxes, left);
      if (!inked(boxes, place, room, page)) break;
      const wider = [...boxes, place];
      const longer = await spell(wider, room);
      if (!longer || !goesOn(spelt, longer, left)) break;
      [boxes, spelt] = [wider, longer];
    }
  }
  return spelt;
}

/**
 * Returns the place beyond the first or last digit, as high as that.
 *
 * @param {Box[]} boxes
 * @param {boolean} left
 * @returns {Box}
 */
function beyond(boxes, left) {
  const far = BEYOND * usualHeight(boxes);
  const end = boxes.reduce((one, other) => {
    return (left ? other[0] < one[0] : other[2] > one[2]) ? other : one;
  });
  return left ? [end[0] - far, end[1], end[0], end[3]] : [end[2], end[1], end[2] + far, end[3]];
}

/**
 * Tells whether a place holds more than paper, as far as it is the number's.
 *
 * @param {Box[]} boxes Of the number.
 * @param {Box} place
 * @param {[number, number]} room
 * @param {Page} page
 */
function inked(boxes, place, room, page) {
  const { width, height } = page;
  const top = max(floor(min(...boxes.map((box) => box[1]))), 0);
  const bottom = min(floor(max(...boxes.map((box) => box[3]))), height);
  const first = max(floor(min(...boxes.map((box) => box[0]))), 0);
  const last = min(floor(max(...boxes.map((box) => box[2]))), width);
  const [left, right] = [max(place[0], room[0], 0), min(place[2], room[1], width)].map(floor);
  if (right <= left || bottom <= top) return false;
  const known = spread(page, [first, top, last, bottom]);
  return spread(page, [left, top, right, bottom]) >= INK * known;
}

/**
 * Returns by how much a part of a page varies: the standard deviation of its green.
 *
 * @param {Page} page
 * @param {Box} box
 */
function spread({ data, width }, [left, top, right, bottom]) {
  let [sum, squares] = [0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const level = data[4 * (y * width + x) + 1];
      sum += level;
      squares += level * level;
    }
  }
  const count = (right - left) * (bottom - top);
  return Math.sqrt(max(count * squares - sum * sum, 0)) / count;
}

/**
 * Tells whether more is spelt: the same digits, and others at one side of them.
 *
 * @param {Transcript} spelt
 * @param {Transcript} longer
 * @param {boolean} left Which side.
 */
function goesOn(spelt, longer, left) {
  const count = longer.digits.length - spelt.digits.length;
  const same = spelt.digits.every((digit, at) => digit === longer.digits[left ? at + count : at]);
  if (count <= 0 || !same) return false;
  const likelier = longer.chance(longer.digits) >= max(LIKELY, spelt.chance(spelt.digits));
  return likelier && spelt.chance(longer.digits) >= POSSIBLE;
}
