/**
 * Pages that lie on their side or stand on their head.
 *
 * @module
 */

import { median } from "./planes.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./reading.js").Digit} Digit */
/** @typedef {0 | 90 | 180 | 270} Degrees Clockwise. */

// A page whose digits are less sure than this, in the middle, may not stand upright.
const UNSURE = 0.85;
// It is turned if that gives so many digits at least, of such confidence in the middle, and by this
// factor more certainty in all: words and scenery are full of digits, the more ways one looks at them.
const FEWEST = 4;
const SURE = 0.95;
const GAIN = 2;
/** @type {Degrees[]} */
const QUARTERS = [90, 180, 270];

/**
 * Turns a page if it is read better then.
 *
 * @param {Page} page
 * @param {Digit[]} digits What is read as it lies.
 * @param {(turned: Page) => Promise<Digit[]>} read Reads a page that was turned.
 * @returns {Promise<{digits: Digit[], rotation: Degrees}>} The digits, their boxes in pixels of the
 *   page as it was turned, and by how much that is.
 */
export async function upright(page, digits, read) {
  /** @type {{digits: Digit[], rotation: Degrees}} */
  let best = { digits, rotation: 0 };
  if (!digits.length || usual(digits) >= UNSURE) return best;
  let most = GAIN * certainty(digits);
  for (const rotation of QUARTERS) {
    const others = await read(turned(page, rotation));
    if (others.length < FEWEST || usual(others) < SURE || certainty(others) <= most) continue;
    best = { digits: others, rotation };
    most = certainty(others);
  }
  return best;
}

/**
 * Turns a page clockwise by quarters.
 *
 * @param {Page} page
 * @param {Degrees} degrees
 * @returns {Page}
 */
export function turned(page, degrees) {
  if (!degrees) return page;
  const { data, width, height } = page;
  const last = width * height - 1;
  const [wide, high] = degrees === 180 ? [width, height] : [height, width];
  // Where the first pixel comes from, and how far from there to the next one and to the next row.
  const { first, across, down } = {
    90: { first: last + 1 - width, across: -width, down: 1 },
    180: { first: last, across: -1, down: -width },
    270: { first: width - 1, across: width, down: -1 },
  }[degrees];
  const result = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < high; y++) {
    for (let x = 0; x < wide; x++, to += 4) {
      const at = 4 * (first + y * down + x * across);
      for (let band = 0; band < 4; band++) result[to + band] = data[at + band];
    }
  }
  return { data: result, width: wide, height: high };
}

/** @param {Digit[]} digits */
function usual(digits) {
  return median(digits.map(({ confidence }) => confidence));
}

/**
 * Returns how many digits are right, as far as that is known; guesses count for nothing.
 *
 * @param {Digit[]} digits
 */
function certainty(digits) {
  return digits.reduce((sum, { confidence }) => sum + confidence ** 4, 0);
}

/**
 * Returns a box of a turned page on the page as it came.
 *
 * @param {Box} box
 * @param {Degrees} degrees By how much the page was turned clockwise.
 * @param {Page} page As it came.
 * @returns {Box}
 */
export function turnedBack([left, top, right, bottom], degrees, { width, height }) {
  if (degrees === 90) return [top, height - right, bottom, height - left];
  if (degrees === 180) return [width - right, height - bottom, width - left, height - top];
  if (degrees === 270) return [width - bottom, left, width - top, right];
  return [left, top, right, bottom];
}
