/**
 * The result: a reading holds numbers, a number holds digits, as the command line and the server
 * write them.
 *
 * @module
 */

import { argsort } from "./planes.js";

/** @typedef {import("./planes.js").Box} Box */
/** @typedef {{digit: number, confidence: number}} Alternative */
/** @typedef {Alternative & {box: Box, alternatives: Alternative[]}} Digit */
/** @typedef {{text: string, confidence: number, box: Box, digits: Digit[]}} Group */
/**
 * @typedef {object} Reading
 * @property {string} source
 * @property {number} page
 * @property {number} width
 * @property {number} height
 * @property {import("./turning.js").Degrees} rotation For the page to stand upright.
 * @property {Group[]} numbers
 * @property {null} error What cannot be read is thrown.
 */

// Confidences are told with this many decimals: finer than any calibration.
const DECIMALS = 4;
// Other values less probable than this are not worth naming.
const WORTH_NAMING = 0.005;
const MOST_NAMED = 3;

/**
 * Names the most probable value and those worth naming besides.
 *
 * @param {Float32Array} shares Ten probabilities.
 * @param {Box} box
 * @returns {Digit}
 */
export function digitOf(shares, box) {
  const [best, ...others] = argsort(shares.map((share) => -share)).map((digit) => ({
    digit,
    confidence: shares[digit],
  }));
  const named = others.slice(0, MOST_NAMED);
  const alternatives = named.filter(({ confidence }) => confidence >= WORTH_NAMING);
  return { ...best, box, alternatives };
}

/**
 * Puts digits together, left to right.
 *
 * @param {Digit[]} digits
 * @param {number} confidence Of the whole number.
 * @returns {Group}
 */
export function numberOf(digits, confidence) {
  /** @type {(side: 0 | 1 | 2 | 3) => number[]} */
  const sides = (side) => digits.map(({ box }) => box[side]);
  return {
    text: digits.map(({ digit }) => digit).join(""),
    confidence: told(confidence),
    box: [
      Math.min(...sides(0)),
      Math.min(...sides(1)),
      Math.max(...sides(2)),
      Math.max(...sides(3)),
    ],
    digits: digits.map((digit) => ({
      ...digit,
      confidence: told(digit.confidence),
      alternatives: digit.alternatives.map((one) => ({ ...one, confidence: told(one.confidence) })),
    })),
  };
}

/** @param {number} confidence */
function told(confidence) {
  return Number(confidence.toFixed(DECIMALS));
}
