/**
 * Two readings of one number -> its digits, and how sure they are.
 *
 * The finder reads each digit at its place, the transcriber spells the number as a whole. Where
 * both say the same they are hardly ever wrong; where they differ, the one that is right more often
 * under such odds is believed.
 *
 * @module
 */

import { argmax } from "./planes.js";
import { digitOf } from "./reading.js";

/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./reading.js").Digit} Digit */
/** @typedef {import("./transcriber.js").Transcript} Transcript */
/**
 * Digits of one number, and how sure it is.
 *
 * @typedef {{digits: Digit[], confidence: number}} Agreed
 */

// How likely what is read is right, as the log-odds of a weighed sum of what `evidence` gives, and
// 1: both say the same; the transcriber's or the finder's, where they differ; the finder's, where the
// transcriber sees no digit at all, and where it was not asked.
const SAME = [0.14, 0.42, 0.00, 0.11, -0.62];
const SPELT = [-0.04, 0.56, 0.07, 0.06, -1.49];
const FOUND = [0.09, 0.25, -0.63, -0.01, 0.12];
const NOTHING = [0.74, -0.20, -0.02, 0.20, -4.77];
const UNSPELT = [0.63, 0.00, 0.00, 0.08, -1.06];
// What is less likely right, though nothing else was read there, is no number.
const DOUBTED = 0.5;
// Probabilities are believed to be at least so far from 0 and 1.
const LEAST = 1e-6;
// A digit is spelt at the place where it was found that is so near its middle, in heights; where
// there is none, it is taken to be so wide.
const NEAR = 0.35;
const WIDE = 0.6;

const { abs, ceil, exp, floor, log, max, min } = Math;

/**
 * Puts the digits of a number of a page together.
 *
 * @param {Digit[]} digits As the finder read them, from left to right.
 * @param {number} whole How sure the gaps are that it begins and ends with them, and has none
 *   between.
 * @param {Transcript | null} transcript What was spelt there, if anybody was asked.
 * @param {number} width Of the page in pixels.
 * @returns {Agreed | null} Null where there rather is no number.
 */
export function agreed(digits, whole, transcript, width) {
  const seen = evidence(digits, whole, transcript);
  if (!transcript) return { digits, confidence: odds(seen, UNSPELT) };
  if (transcript.digits.join() === valuesOf(digits).join()) {
    return { digits, confidence: odds(seen, SAME) };
  }
  if (!transcript.digits.length) {
    const confidence = odds(seen, NOTHING);
    return confidence >= DOUBTED ? { digits, confidence } : null;
  }
  const [ours, theirs] = [odds(seen, FOUND), odds(seen, SPELT)];
  if (ours >= theirs) return { digits, confidence: ours };
  return { digits: placed(digits, transcript, width), confidence: theirs };
}

/**
 * Tells what speaks for a number.
 *
 * @param {Digit[]} digits
 * @param {number} whole
 * @param {Transcript | null} transcript
 * @returns {number[]} How sure the finder is; how sure the transcriber is of what it spells; by how
 *   much the likelier it holds that than what the finder read; how sure the gaps are. All as
 *   logarithms of odds.
 */
function evidence(digits, whole, transcript) {
  const found = digits.reduce((product, { confidence }) => product * confidence, 1);
  if (!transcript) return [logit(found), 0, 0, logit(whole)];
  const spelt = max(transcript.chance(transcript.digits), LEAST);
  const own = max(transcript.chance(valuesOf(digits)), LEAST);
  return [logit(found), logit(spelt), log(spelt / own), logit(whole)];
}

/**
 * Weighs evidence: a probability.
 *
 * @param {number[]} seen
 * @param {number[]} weights
 */
function odds(seen, weights) {
  const total = [...seen, 1].reduce((sum, value, i) => sum + weights[i] * value, 0);
  return 1 / (1 + exp(-total));
}

/** @param {number} share */
function logit(share) {
  const believed = min(max(share, LEAST), 1 - LEAST);
  return log(believed / (1 - believed));
}

/** @param {Digit[]} digits */
function valuesOf(digits) {
  return digits.map(({ digit }) => digit);
}

/**
 * Returns the digits that were spelt, each where it was found, or else about its middle.
 *
 * @param {Digit[]} digits
 * @param {Transcript} transcript
 * @param {number} width
 */
function placed(digits, { runs, middles }, width) {
  const height = max(...digits.map(({ box }) => box[3] - box[1]));
  const own = digits.map(({ box: [left, , right] }) => (left + right) / 2);
  // As many as were found, each near its own: those they are, even if another is nearer.
  const ordered =
    own.length === middles.length &&
    own.every((column, i) => abs(column - middles[i]) <= NEAR * height);
  return runs.map(({ digit, shares }, i) => {
    const middle = middles[i];
    let [place, there] = [i, true];
    if (!ordered) {
      place = nearest(own, middle);
      const mutual = nearest(middles, own[place]) === i; // each must be the other's nearest
      there = mutual && abs(own[place] - middle) <= NEAR * height;
    }
    const found = digits[place];
    if (there) return found.digit === digit ? found : digitOf(shares, found.box);
    let [left, right] = [middle - (WIDE / 2) * height, middle + (WIDE / 2) * height];
    if (i) left = max(left, (middles[i - 1] + middle) / 2);
    if (i + 1 < middles.length) right = min(right, (middles[i + 1] + middle) / 2);
    return digitOf(shares, between(left, found.box, min(right, width)));
  });
}

/**
 * Returns the place of the one that is nearest to a column, the first of such.
 *
 * @param {number[]} columns
 * @param {number} column
 */
function nearest(columns, column) {
  return argmax(columns.map((other) => -abs(other - column)));
}

/**
 * Returns a box between two columns, as high as one beside it, a pixel wide at least.
 *
 * @param {number} left
 * @param {Box} beside
 * @param {number} right
 * @returns {Box}
 */
function between(left, [, top, , bottom], right) {
  const end = max(1, ceil(right));
  return [max(0, min(floor(left), end - 1)), top, end, bottom];
}
