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
 * Cuts a number out of a page.
 *
 * @param {Page} page
 * @param {Box[]} boxes Of the number's digits, one at least.
 * @returns {Strip | null} Null where the number is too long or too low for one.
 */
export function cutStrip(page, boxes) {
  const heights = boxes.map(([, top, , bottom]) => bottom - top);
  const height = quantile(heights, USUAL);
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
  /** @type {(side: number) => number} */
  const corner = (side) => floor(min(...tiles.map((tile) => tile[side]))) - 1;
  const [x, y] = [corner(0), corner(1)];
  /** @type {(side: number, from: number) => number} */
  const reach = (side, from) => {
    const end = ceil(max(...tiles.map((tile) => tile[side]))) + 1;
    return ceil((end - from) / factor) * factor;
  };
  return {
    picture: partOf(page, [x, y, x + reach(2, x), y + reach(3, y)], factor),
    tiles: Float32Array.from(tiles.flat(), (edge, i) => (edge - (i % 2 ? y : x)) / factor),
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
 * Cuts a rectangle, smaller by a whole number; beyond the page is what lies at its border.
 *
 * @param {Page} page
 * @param {Box} box Of whole pixels.
 * @param {number} factor
 * @returns {Page}
 */
function partOf({ data, width, height }, [left, top, right, bottom], factor) {
  const part = { width: right - left, height: bottom - top };
  const result = new Uint8Array(4 * part.width * part.height);
  for (let y = top, to = 0; y < bottom; y++) {
    const row = width * max(0, min(y, height - 1));
    for (let x = left; x < right; x++, to += 4) {
      const at = 4 * (row + max(0, min(x, width - 1)));
      for (let band = 0; band < 4; band++) result[to + band] = data[at + band];
    }
  }
  const cut = { data: result, ...part };
  return factor === 1 ? cut : reduced(cut, factor);
}
