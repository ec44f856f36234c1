/**
 * What each frame of a strip says -> digits: connectionist temporal classification.
 *
 * Method: Graves et al. 2006, "Connectionist temporal classification", sections 3.2 and 4.1.
 *
 * @module
 */

import { argmax } from "./planes.js";

/**
 * Neighbouring frames that say the same digit.
 *
 * @typedef {object} Run
 * @property {number} digit 0-9.
 * @property {[number, number]} frames The first one, and the one after the last.
 * @property {Float32Array} shares Probabilities of the digits in the frame that is surest of it.
 */

// What a frame says besides ten digits.
export const NOTHING = 10;

/**
 * Reads the digits that the likeliest path through the frames spells.
 *
 * @param {Float32Array[]} shares Of each frame: ten digits and nothing.
 * @returns {Run[]}
 */
export function likeliest(shares) {
  const said = shares.map((frame) => argmax(frame));
  const starts = [...said.keys()].filter((i) => said[i] !== said[i - 1]);
  /** @type {Run[]} */
  const runs = starts.map((start, i) => {
    const [digit, end] = [said[start], starts[i + 1] ?? said.length];
    const surest = start + argmax(shares.slice(start, end).map((frame) => frame[digit]));
    return { digit, frames: [start, end], shares: shares[surest].subarray(0, NOTHING) };
  });
  return runs.filter(({ digit }) => digit !== NOTHING);
}

/**
 * Returns how likely frames spell some digits, on whichever path.
 *
 * @param {Float32Array[]} shares Of each frame: ten digits and nothing.
 * @param {number[]} digits 0-9 each.
 */
export function chance(shares, digits) {
  const spelt = [NOTHING, ...digits.flatMap((digit) => [digit, NOTHING])];
  // From one digit to the next without nothing between: not if they are the same.
  const skips = spelt.map((digit, i) => i > 1 && digit !== NOTHING && digit !== spelt[i - 2]);
  let there = spelt.map((_, i) => Number(i < 2));
  let logarithm = 0;
  for (const [number, frame] of shares.entries()) {
    const before = there;
    if (number) {
      there = before.map(
        (own, i) => own + (i ? before[i - 1] : 0) + (skips[i] ? before[i - 2] : 0),
      );
    }
    there = there.map((own, i) => own * frame[spelt[i]]);
    const total = there.reduce((sum, own) => sum + own, 0);
    if (total <= 0) return 0;
    logarithm += Math.log(total); // kept apart: the product of many frames is tiny
    there = there.map((own) => own / total);
  }
  return Math.exp(logarithm) * there.slice(-2).reduce((sum, own) => sum + own, 0);
}
