/**
 * Ink -> digit candidates.
 *
 * @module
 */

import { findComponents } from "./components.js";
import { inkBox } from "./glyph.js";
import { findFainterInk } from "./ink.js";
import { runningExtreme } from "./morphology.js";
import { argmax, argsort, cropped, round } from "./planes.js";

/** @typedef {import("./components.js").Components} Components */
/** @typedef {import("./ink.js").Ink} Ink */
/** @typedef {import("./planes.js").FloatPlane} FloatPlane */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {{width: number, height: number}} Shape */

// A component smaller than a square of this part of its digit's longer side is a speck.
const SPECK = 0.02;
// Parts of one digit (the loose hat of a 5) lie within this part of the digit's longer side.
const PART_GAP = 0.25;
// What is paler than this part of the digit is print, or shines through from the other side.
const PALE = 0.45;
// Ink this faint does not widen a digit's box.
const FAINT = Math.fround(0.02);
// A group of strokes rivals the largest one where it has this part of its weight.
const RIVAL_GROUP = 0.3;
// Three or more parts, each smaller than this part of the main one, may be print beside the digit.
const PRINT_PARTS = 3;
const PRINT_SIZE = 0.1;
// How plausible it is that small parts are print, or that straight lines are strokes of the digit.
const PART_ALONE = 0.6;
const WITH_RULES = 0.95;
// How plausible it is that what reaches the frame is not the digit, but what lies inside.
const INSIDE = 0.7;
// Corners of a page are paper: an explanation in which all four are ink is less plausible by this
// part. (The paper around a bold 4 can look like a 9.)
const INKED_CORNERS = 0.2;
// The longer side of a digit has at least this part of the page's shorter one, and these pixels.
const SMALLEST_DIGIT = 0.04;
const SMALLEST_PIXELS = 5;
// What is thinner than this part of the digit's stroke is the rest of a printed line.
const HAIR = 0.4;
// More components than this are texture: the largest are enough.
const MAX_COMPONENTS = 400;

const { max, min } = Math;

/**
 * A piece of ink that may be one digit.
 *
 * @typedef {object} Candidate
 * @property {FloatPlane} values Its ink alone, 0..1, cut to its box.
 * @property {Box} box Its box in pixels of the ink.
 * @property {number} plausibility 0..1, how likely this piece is what was meant, by its place
 *   alone.
 */

/**
 * Proposes what may be the one digit of a picture, the most plausible first.
 *
 * @param {Ink} ink
 * @returns {Candidate[]} The largest group of strokes, or, where there are but printed lines and
 *   specks, that of the fainter ink below them. Besides, where there are such: a second group that
 *   rivals it, its largest part alone (the rest may be print beside the digit), and the same with
 *   the straight lines that run through the frame, which the first ones are without.
 */
export function digitCandidates(ink) {
  let found = groupsOf(ink, ink.parts, 1);
  const below = found.length ? null : findFainterInk(ink);
  if (below) found = groupsOf(below, below.parts, 1);
  if (ink.strokes === ink.mask) return found;
  return [...found, ...groupsOf(ink, findComponents(ink.mask), WITH_RULES)];
}

/**
 * Returns the places of the largest values, the largest first, at most MAX_COMPONENTS.
 *
 * @param {Int32Array | Float64Array} values
 */
function largest(values) {
  return argsort(values.map((value) => -value)).slice(0, MAX_COMPONENTS);
}

/**
 * Returns the groups of parts that may be the digit, largest first.
 *
 * @param {Ink} ink
 * @param {Components} parts
 * @param {number} plausibility
 */
function groupsOf(ink, parts, plausibility) {
  const { width, data } = ink.mask;
  const { sides, thickness, areas } = parts;
  const least = smallest(ink.mask);
  const able = flags(parts.length, (i) => sides[i] >= least); // else a speck, or a part
  if (!able.includes(1)) return [];
  const corners = [0, width - 1, data.length - width, data.length - 1];
  plausibility *= 1 - (INKED_CORNERS * corners.reduce((sum, at) => sum + data[at], 0)) / 4;
  const strength = parts.sums(ink.values).map((sum, i) => sum / areas[i]);
  const weights = weightsOf(parts, ink.mask).map((weight, i) => weight * strength[i]);
  const free = new Uint8Array(parts.length);
  for (const index of largest(weights)) free[index] = 1;

  /** @type {(seed: number, pool: (i: number) => number) => Uint8Array} */
  const group = (seed, pool) => {
    const [pale, thin] = [PALE * strength[seed], HAIR * thickness[seed]];
    const like = flags(parts.length, (i) => pool(i) && strength[i] >= pale && thickness[i] >= thin);
    return grow(parts, like, seed);
  };
  /** @type {(pool: (i: number) => number) => number} */
  const heaviest = (pool) => argmax(weights.map((weight, i) => weight * pool(i)));

  const first = heaviest((i) => able[i]);
  const main = group(first, (i) => free[i]);
  const groups = withMainPart(ink, parts, main, first, plausibility);
  const second = heaviest((i) => able[i] & ~main[i]);
  const rank = weights[second] / weights[first];
  if (!main[second] && able[second] && rank >= RIVAL_GROUP) {
    const rival = group(second, (i) => free[i] & ~main[i]);
    groups.push(...withMainPart(ink, parts, rival, second, plausibility * rank));
  }
  const outside = touchingFrame(parts, ink.mask);
  if (outside[first] && able.some((one, i) => one && !outside[i])) {
    // The desk around the sheet, or a digit that fills the frame; only the model can tell.
    const inner = heaviest((i) => able[i] & ~outside[i]);
    const inside = group(inner, (i) => free[i] & ~outside[i]);
    groups.push(cut(ink, parts, inside, plausibility * INSIDE));
  }
  return groups;
}

/**
 * Cuts a group of parts; also its main part alone where the others may be print beside it.
 *
 * @param {Ink} ink
 * @param {Components} parts
 * @param {Uint8Array} chosen
 * @param {number} seed
 * @param {number} plausibility
 */
function withMainPart(ink, parts, chosen, seed, plausibility) {
  const groups = [cut(ink, parts, chosen, plausibility)];
  const others = parts.areas.filter((_, i) => chosen[i] && i !== seed);
  if (others.length >= PRINT_PARTS && max(...others) < PRINT_SIZE * parts.areas[seed]) {
    const alone = flags(parts.length, (i) => i === seed);
    groups.push(cut(ink, parts, alone, plausibility * PART_ALONE));
  }
  return groups;
}

/**
 * Returns the longer side, in pixels, of the smallest digit of a page.
 *
 * @param {Shape} shape
 */
function smallest({ width, height }) {
  return max(SMALLEST_PIXELS, SMALLEST_DIGIT * min(width, height));
}

/**
 * Tells which components reach the frame.
 *
 * @param {Components} parts
 * @param {Shape} shape
 */
function touchingFrame({ boxes, length }, { width, height }) {
  return flags(length, (i) => {
    const [left, top, right, bottom] = boxes.subarray(4 * i, 4 * i + 4);
    return left <= 0 || top <= 0 || right >= width || bottom >= height;
  });
}

/**
 * Ranks components as the digit's main part: much ink, tall, near the middle.
 *
 * @param {Components} parts
 * @param {Shape} shape
 */
function weightsOf(parts, { width, height }) {
  return Float64Array.from(parts.areas, (area, i) => {
    const [left, top, right, bottom] = parts.boxes.subarray(4 * i, 4 * i + 4);
    const x = Math.abs((left + right) / 2 / width - 0.5);
    const y = Math.abs((top + bottom) / 2 / height - 0.5);
    return Math.sqrt(area * (bottom - top)) * (1.2 - max(x, y));
  });
}

/**
 * Collects the parts around a seed that belong to the same digit.
 *
 * @param {Components} parts
 * @param {Uint8Array} free
 * @param {number} seed
 */
function grow({ boxes, areas, length }, free, seed) {
  const chosen = flags(length, (i) => i === seed);
  const box = boxOf(boxes, seed);
  for (;;) {
    const [left, top, right, bottom] = box;
    const size = max(right - left, bottom - top);
    const near = [];
    for (let i = 0; i < length; i++) {
      if (!free[i] || chosen[i] || areas[i] < (SPECK * size) ** 2) continue;
      const own = boxOf(boxes, i);
      const gap = max(own[0] - right, own[1] - bottom, left - own[2], top - own[3]);
      if (gap <= PART_GAP * size) near.push(i);
    }
    if (!near.length) return chosen;
    for (const i of near) {
      chosen[i] = 1;
      widen(box, boxOf(boxes, i));
    }
  }
}

/**
 * Cuts the chosen parts out of the ink, with the soft edges around them.
 *
 * @param {Ink} ink
 * @param {Components} parts
 * @param {Uint8Array} chosen
 * @param {number} plausibility
 * @returns {Candidate}
 */
function cut(ink, parts, chosen, plausibility) {
  const { width, height } = ink.mask;
  /** @type {Box} */ const around = [width, height, 0, 0];
  chosen.forEach((is, i) => is && widen(around, boxOf(parts.boxes, i)));
  // Soft edges reach a little beyond the mask; two pixels hold all of an MNIST picture's.
  const soft = max(2, round(0.02 * max(around[2] - around[0], around[3] - around[1])));
  const [left, top] = [max(around[0] - soft, 0), max(around[1] - soft, 0)];
  const [right, bottom] = [min(around[2] + soft, width), min(around[3] + soft, height)];
  const values = cropped(ink.values, [left, top, right, bottom]);
  const whole = parts.mask((i) => chosen[i], values.width, values.height, left, top);
  const near = runningExtreme(whole, 2 * soft + 1, "maximum");
  for (let y = top, at = 0; y < bottom; y++) {
    for (let x = left; x < right; x++, at++) {
      const foreign = ink.mask.data[y * width + x] && !whole.data[at];
      if (!near.data[at] || foreign) values.data[at] = 0;
    }
  }
  const inner = inkBox(values, FAINT);
  return {
    values: cropped(values, inner),
    box: [left + inner[0], top + inner[1], left + inner[2], top + inner[3]],
    plausibility,
  };
}

/**
 * @param {number} length
 * @param {(index: number) => unknown} test
 */
function flags(length, test) {
  const result = new Uint8Array(length);
  for (let i = 0; i < length; i++) if (test(i)) result[i] = 1;
  return result;
}

/**
 * @param {Int32Array} boxes
 * @param {number} index
 * @returns {Box}
 */
function boxOf(boxes, index) {
  const at = 4 * index;
  return [boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]];
}

/**
 * Widens a box until it holds another one.
 *
 * @param {Box} box
 * @param {Box} other
 */
function widen(box, other) {
  box[0] = min(box[0], other[0]);
  box[1] = min(box[1], other[1]);
  box[2] = max(box[2], other[2]);
  box[3] = max(box[3], other[3]);
}
