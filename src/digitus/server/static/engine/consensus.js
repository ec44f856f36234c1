/**
 * Two readings of one number -> its digits, and how sure they are.
 *
 * The finder reads each digit at its place, the transcriber spells the number as a whole. Where they
 * differ, the one that is right more often under such odds is believed.
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

// How likely what is read is right, if it is one number and whole: the log-odds are a weighed sum
// of what `evidence` gives, and 1: both say the same; the transcriber's or the finder's, where they
// differ; the finder's, where the transcriber sees no digit at all, and where it was not asked.
const SAME = [0.18, 0.65, 0, 0, 0.39];
const SPELT = [-0.03, 0.61, 0.03, 0.24, -0.05];
const FOUND = [0.12, 0.26, -0.8, -0.92, -0.36];
const NOTHING = [0.62, 1.51, -1.83, 0.99, -0.91];
const UNSPELT = [0.82, 0, 0, 0, -0.86];
// Digits that are less likely right, though nothing else was read there, are none.
const DOUBTED = 0.5;
// Probabilities are believed to be at least so far from 0 and 1.
const LEAST = 1e-6;
// More digits than so many, or fewer, count as so many.
const MOST = 2;
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
  const seen = evidence(digits, transcript);
  if (!transcript) return { digits, confidence: whole * odds(seen, UNSPELT) };
  if (transcript.digits.join() === valuesOf(digits).join()) {
    return { digits, confidence: whole * odds(seen, SAME) };
  }
  if (!transcript.digits.length) {
    const sure = odds(seen, NOTHING);
    return sure >= DOUBTED ? { digits, confidence: whole * sure } : null;
  }
  const [ours, theirs] = [odds(seen, FOUND), odds(seen, SPELT)];
  if (ours >= theirs) return { digits, confidence: whole * ours };
  return { digits: placed(digits, transcript, width), confidence: whole * theirs };
}

/**
 * Tells what speaks for the digits of a number.
 *
 * @param {Digit[]} digits
 * @param {Transcript | null} transcript
 * @returns {number[]} How sure the finder is; how sure the transcriber is of what it spells; by how
 *   much the likelier it holds that than what the finder read, all as logarithms of odds; and how
 *   many more digits it spells than the finder read.
 */
function evidence(digits, transcript) {
  const found = digits.reduce((product, { confidence }) => product * confidence, 1);
  if (!transcript) return [logit(found), 0, 0, 0];
  const spelt = max(transcript.chance(transcript.digits), LEAST);
  const own = max(transcript.chance(valuesOf(digits)), LEAST);
  const more = max(-MOST, min(transcript.digits.length - digits.length, MOST));
  return [logit(found), logit(spelt), log(spelt / own), more];
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
