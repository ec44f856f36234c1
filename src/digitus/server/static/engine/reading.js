/**
 * The result: a reading holds numbers, a number holds digits, as the command line and the server
 * write them.
 *
 * @module
 */

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
