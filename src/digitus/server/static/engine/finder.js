/**
 * The finder: where on a page digits stand, and which they may be.
 *
 * One ONNX graph does it, from the page's pixels on, the same as in Python: a network looks at the
 * page in several sizes for centres of digits, a second one looks at each place that the first
 * found. Here what was found twice is dropped.
 *
 * @module
 */

import { coloursOf } from "./colours.js";
import { reduced } from "./grey.js";
import { DIGITS, softmax } from "./model.js";
import { argsort, median, round } from "./planes.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./model.js").Ort} Ort */
/** @typedef {import("./model.js").Session} Session */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {{width: number, height: number}} Shape */
/**
 * A place where a digit may stand.
 *
 * @typedef {object} Found
 * @property {Box} box In pixels of the page, not rounded.
 * @property {Float32Array} shares Calibrated probabilities of the ten digits; what they lack to 1
 *   is that of "no digit".
 */
/** @typedef {Found & {sure: number}} Sure How likely it is any digit. */

// Pages are looked at with so many pixels at most; smaller ones than the second number doubled
// where need be, which takes four times as long.
const MOST_PIXELS = 1_600_000;
const FEW_PIXELS = 100_000;
// Need is where fewer digits are found, or lower ones in pixels, or one is neither likely nor not.
const FEW = 2;
const LOW = 18;
const DOUBTFUL = [0.3, 0.7];
// Neither side is made smaller than this.
const LEAST_SIDE = 16;
// What is less likely a digit than this is none.
const LEAST = 0.5;
// Two boxes are the same digit where they share this part of their union, or of the smaller one.
const SAME = 0.4;
const INSIDE = 0.75;
// They are compared as if they were so wide at least, in heights: a one is but a few pixels wide.
const NARROW = 0.5;
// On a page of so many digits at least, one that is lower than this part of the usual height must
// be as sure as this.
const FEWEST = 3;
const SMALL = 0.5;
const SURE = 0.97;

const { floor, fround, max, min } = Math;

/** Finds digits on pages. */
export class Finder {
  /**
   * @param {Ort} ort
   * @param {Session} session
   */
  constructor(ort, session) {
    this.ort = ort;
    this.session = session;
  }

  /**
   * @param {Ort} ort
   * @param {Uint8Array} content Of the ONNX file.
   */
  static async load(ort, content) {
    return new Finder(ort, await ort.InferenceSession.create(content));
  }

  /**
   * Finds digits.
   *
   * @param {Page} page Its alpha is not looked at.
   * @returns {Promise<Found[]>} The surest first, each place once.
   */
  async find(page) {
    /** @type {Sure[]} */
    let found = [];
    for (const size of lookedAt(page)) {
      found = distinct(await this.candidates(page, size));
      if (clear(found)) break;
    }
    return plausible(found.filter(({ sure }) => sure >= LEAST));
  }

  /**
   * Returns every place that may hold a digit.
   *
   * @param {Page} page
   * @param {Shape} size At which it is looked at.
   * @returns {Promise<Sure[]>}
   */
  async candidates(page, size) {
    const small = reducedTo(page, size);
    const { Tensor } = this.ort;
    const { boxes, logits } = await this.session.run({
      page: new Tensor("uint8", coloursOf(small), [small.height, small.width, 3]),
      size: new Tensor("int64", BigInt64Array.of(BigInt(size.height), BigInt(size.width)), [2]),
    });
    const [x, y] = [fround(page.width / size.width), fround(page.height / size.height)];
    /** @type {Sure[]} */
    const found = [];
    for (let i = 0; i < boxes.dims[0]; i++) {
      const shares = softmax(logits.data.subarray(i * (DIGITS + 1), (i + 1) * (DIGITS + 1)));
      const sure = fround(1 - shares[DIGITS]);
      if (sure < DOUBTFUL[0]) continue;
      const [left, top, right, bottom] = boxes.data.subarray(4 * i, 4 * i + 4);
      const box = /** @type {Box} */ ([left * x, top * y, right * x, bottom * y].map(fround));
      found.push({ box, shares: shares.subarray(0, DIGITS), sure });
    }
    return found;
  }
}

/**
 * Returns the heights and widths at which a page is looked at, until all is clear.
 *
 * @param {Shape} page
 * @returns {Shape[]}
 */
function lookedAt({ width, height }) {
  const pixels = height * width;
  const scales = [min(1, Math.sqrt(MOST_PIXELS / pixels))];
  if (pixels < FEW_PIXELS) scales.push(2);
  return scales.map((scale) => {
    const [high, wide] = [height, width].map((side) => max(LEAST_SIDE, round(side * scale)));
    if (high * wide <= 2 * MOST_PIXELS) return { width: wide, height: high };
    const longest = MOST_PIXELS / LEAST_SIDE; // of a strip one pixel high
    return { width: min(wide, longest), height: min(high, longest) };
  });
}

/**
 * Tells whether what was found needs no closer look.
 *
 * @param {Sure[]} found Of which none is a digit with less than the lower bound of `DOUBTFUL`.
 */
function clear(found) {
  const heights = found
    .filter(({ sure }) => sure >= LEAST)
    .map(({ box }) => fround(box[3] - box[1]));
  if (heights.length < FEW || median(heights) < LOW) return false;
  return found.every(({ sure }) => sure >= DOUBTFUL[1]);
}

/**
 * Makes a large page smaller by a whole number, so that it takes little memory as floats.
 *
 * @param {Page} page
 * @param {Shape} size
 */
function reducedTo(page, size) {
  const factor = min(floor(page.height / size.height), floor(page.width / size.width));
  return factor < 2 ? page : reduced(page, factor);
}

/**
 * Returns what remains, the surest first, where each place is named once.
 *
 * @param {Sure[]} found
 */
function distinct(found) {
  /** @type {Sure[]} */
  const kept = [];
  for (const place of argsort(found.map(({ sure }) => -sure))) {
    const box = widened(found[place].box);
    if (!kept.some((other) => same(box, widened(other.box)))) kept.push(found[place]);
  }
  return kept;
}

/**
 * Returns what fits the writing of a page: what is far smaller must be the surer.
 *
 * Specks of paper look like digits now and then; the usual height is the median over what is read,
 * by how sure and how high it is.
 *
 * @param {Sure[]} found
 */
function plausible(found) {
  if (found.length < FEWEST) return found;
  const heights = found.map(({ box }) => fround(box[3] - box[1]));
  const likeliest = found.map(({ shares }) => max(...shares));
  const order = argsort(heights);
  let sum = 0;
  const weights = order.map((i) => {
    sum = fround(sum + fround(fround(likeliest[i] ** 2) * heights[i]));
    return sum;
  });
  const usual = heights[order[weights.findIndex((weight) => weight >= sum / 2)]];
  return found.filter((_, i) => heights[i] >= SMALL * usual || likeliest[i] >= SURE);
}

/**
 * Tells whether two boxes are the same digit.
 *
 * @param {Box} box
 * @param {Box} other
 */
function same(box, other) {
  const wide = min(box[2], other[2]) - max(box[0], other[0]);
  const high = min(box[3], other[3]) - max(box[1], other[1]);
  const shared = max(wide, 0) * max(high, 0);
  const [own, others] = [areaOf(box), areaOf(other)];
  return shared > SAME * (own + others - shared) || shared > INSIDE * min(own, others);
}

/**
 * Widens a narrow box about its middle.
 *
 * @param {Box} box
 * @returns {Box}
 */
function widened([left, top, right, bottom]) {
  const missing = max(NARROW * (bottom - top) - (right - left), 0) / 2;
  return [left - missing, top, right + missing, bottom];
}

/** @param {Box} box */
function areaOf([left, top, right, bottom]) {
  return (right - left) * (bottom - top);
}
