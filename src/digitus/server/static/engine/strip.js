/**
 * A number of a page as a strip: its line made level, its digits of one height, paper around it.
 *
 * @module
 */

import { reduced } from "./grey.js";
import { quantile } from "./planes.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./planes.js").Box} Box */
/**
 * A part of a page, and how the strip lies on it.
 *
 * @typedef {object} Strip
 * @property {Page} picture What is around the number.
 * @property {Float32Array} tiles Left, top, right and bottom of each tile in pixels of the picture.
 * @property {Float32Array} span Between which columns of the strip the digits were found.
 * @property {number} left Of the strip, in pixels of the page.
 * @property {number} scale Columns of the strip per pixel of the page.
 */

// Height of a strip in pixels, and of the digits on it.
const HEIGHT = 32;
const DIGIT = 20;
// A strip is cut in tiles of so many columns, each as high on the page as the line is there.
const TILE = 8;
// Noughts are written small: a number's digits are as high as this part of them at most.
const USUAL = 0.8;
// Paper at both ends, in heights of a digit: a digit that nobody found may stand there.
const AROUND = 1;
// The slope of a number is told by so many digits, if it is so many heights long, and is never
// more.
const FEWEST = 3;
const LONG = 1.5;
const STEEPEST = 0.5;
// Longer strips are no numbers; lower digits cannot be read.
const MOST_TILES = 128;
const LOWEST = 4;

const { ceil, floor, max, min } = Math;

/**
 * Returns how high the digits of a number are.
 *
 * @param {Box[]} boxes One at least.
 */
export function usualHeight(boxes) {
  return quantile(boxes.map(([, top, , bottom]) => bottom - top), USUAL);
}

/**
 * Cuts a number out of a page.
 *
 * @param {Page} page
 * @param {Box[]} boxes Of the number's digits, one at least.
 * @returns {Strip | null} Null where the number is too long or too low for one.
 */
export function cutStrip(page, boxes) {
  const height = usualHeight(boxes);
  const first = min(...boxes.map(([left]) => left));
  const last = max(...boxes.map(([, , right]) => right));
  const [left, scale] = [first - AROUND * height, DIGIT / max(height, 1)];
  const count = ceil(((last + AROUND * height - left) * scale) / TILE);
  if (height < LOWEST || count > MOST_TILES) return null;
  const edges = Array.from({ length: count + 1 }, (_, i) => left + (i * TILE) / scale);
  const columns = edges.slice(1).map((edge, i) => (edges[i] + edge) / 2);
  const half = HEIGHT / 2 / scale;
  const tiles = middlesOf(boxes, columns, height).map((middle, i) => [
    edges[i],
    middle - half,
    edges[i + 1],
    middle + half,
  ]);
  const factor = max(1, floor(1 / scale));
  /** @type {(side: number) => number[]} */
  const all = (side) => tiles.map((tile) => tile[side] / factor);
  const [x, y] = [0, 1].map((side) => floor(min(...all(side))) - 1);
  const [right, bottom] = [2, 3].map((side) => ceil(max(...all(side))) + 1);
  return {
    picture: partOf(page, [x, y, right, bottom], factor),
    tiles: Float32Array.from(tiles.flat(), (edge, i) => edge / factor - (i % 2 ? y : x)),
    span: Float32Array.of((first - left) * scale, (last - left) * scale),
    left,
    scale,
  };
}

/**
 * Returns the row of the line's middle at some columns: a straight line through the digits.
 *
 * @param {Box[]} boxes
 * @param {number[]} columns
 * @param {number} height
 */
function middlesOf(boxes, columns, height) {
  const x = boxes.map(([left, , right]) => (left + right) / 2);
  const y = boxes.map(([, top, , bottom]) => (top + bottom) / 2);
  const [across, down] = [meanOf(x), meanOf(y)];
  let slope = 0;
  if (x.length >= FEWEST && max(...x) - min(...x) > LONG * height) {
    const away = x.map((own) => own - across);
    const rise = away.reduce((sum, own, i) => sum + own * (y[i] - down), 0);
    const run = away.reduce((sum, own) => sum + own * own, 0);
    slope = max(-STEEPEST, min(rise / run, STEEPEST));
  }
  return columns.map((column) => down + slope * (column - across));
}

/** @param {number[]} values */
function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Cuts a rectangle of the page made smaller by a whole number, in pixels of that.
 *
 * Beyond the page is what lies at its border; that is put around what is small already.
 *
 * @param {Page} page
 * @param {Box} box
 * @param {number} factor
 * @returns {Page}
 */
function partOf(page, [left, top, right, bottom], factor) {
  const [wide, high] = [ceil(page.width / factor), ceil(page.height / factor)];
  const [x, y] = [max(0, min(left, wide - 1)), max(0, min(top, high - 1))];
  const end = [max(x + 1, min(right, wide)), max(y + 1, min(bottom, high))];
  const cut = cropped(page, [x, y, end[0], end[1]], factor);
  const small = factor === 1 ? cut : reduced(cut, factor);
  const part = { width: right - left, height: bottom - top };
  const data = new Uint8Array(4 * part.width * part.height);
  for (let row = 0, to = 0; row < part.height; row++) {
    const from = small.width * max(0, min(row + top - y, small.height - 1));
    for (let column = 0; column < part.width; column++, to += 4) {
      const at = 4 * (from + max(0, min(column + left - x, small.width - 1)));
      for (let band = 0; band < 4; band++) data[to + band] = small.data[at + band];
    }
  }
  return { data, ...part };
}

/**
 * Cuts a rectangle out of the page, in pixels of the page made smaller by a whole number.
 *
 * @param {Page} page
 * @param {Box} box
 * @param {number} factor
 * @returns {Page}
 */
function cropped({ data, width, height }, [left, top, right, bottom], factor) {
  const [from, until] = [left * factor, min(right * factor, width)];
  const [first, last] = [top * factor, min(bottom * factor, height)];
  const part = { width: until - from, height: last - first };
  const result = new Uint8Array(4 * part.width * part.height);
  for (let row = first; row < last; row++) {
    const own = data.subarray(4 * (row * width + from), 4 * (row * width + until));
    result.set(own, 4 * (row - first) * part.width);
  }
  return { data: result, ...part };
}
