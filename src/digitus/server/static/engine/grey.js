/**
 * Page -> grey: small enough, of one colour, without noise.
 *
 * @module
 */

import { eigen } from "./eigen.js";
import { argmax } from "./planes.js";

/** @typedef {import("./planes.js").FloatPlane} FloatPlane */
/**
 * The upright picture.
 *
 * @typedef {object} Page
 * @property {Uint8Array | Uint8ClampedArray} data Red, green, blue and alpha of each pixel.
 * @property {number} width
 * @property {number} height
 */

// Ink is looked for on a page of at most this side: a digit of 5 % of the frame still has 32 px,
// more than a glyph's 20, and a photo costs no more than a scan.
const WORK_SIDE = 640;
// The short side of a strip keeps this many pixels.
const SHORTEST = 28;
// And whatever its shape, no more pixels than this are worked on: several times a square page's.
const MOST_PIXELS = 2_000_000;
// A page is smoothed, at most so often, while its noise is above these levels of 255; one with a
// shorter side than this has strokes too fine to be smoothed.
const QUIET = 1.5;
const MOST_SMOOTHING = 3;
const ROOMY = 64;

const { abs, ceil, floor, fround, max, min } = Math;

/**
 * Cuts a part out of a page.
 *
 * @param {Page} page
 * @param {import("./planes.js").Box} box Whole pixels of the page.
 * @returns {Page}
 */
export function cutOut({ data, width }, [left, top, right, bottom]) {
  const row = 4 * (right - left);
  const result = new Uint8Array(row * (bottom - top));
  for (let y = top; y < bottom; y++) {
    const at = 4 * (y * width + left);
    result.set(data.subarray(at, at + row), row * (y - top));
  }
  return { data: result, width: right - left, height: bottom - top };
}

/**
 * Makes a page grey, as large as ink is looked for on.
 *
 * @param {Page} page
 * @returns {{grey: FloatPlane, scale: number}} Levels, 0..255, and pixels of the page per pixel.
 */
export function greyOf(page) {
  const scale = reduction(page);
  return { grey: quiet(strongestGrey(scale === 1 ? page : reduced(page, scale))), scale };
}

/**
 * Returns by what whole factor a page is to be reduced.
 *
 * @param {Page} page
 */
function reduction({ width, height }) {
  // An oblong strip must not lose its short side.
  const longest = ceil(max(width, height) / WORK_SIDE);
  const factor = min(longest, max(1, floor(min(width, height) / SHORTEST)));
  return max(factor, ceil(Math.sqrt((width * height) / MOST_PIXELS)));
}

/**
 * Reduces a page by area-averaging, with the whole numbers that Pillow's `reduce` reckons with.
 *
 * @param {Page} page
 * @param {number} factor
 * @returns {Page}
 */
export function reduced({ data, width, height }, factor) {
  const small = { width: ceil(width / factor), height: ceil(height / factor) };
  const result = new Uint8Array(4 * small.width * small.height);
  for (let y = 0, to = 0; y < height; y += factor) {
    const bottom = min(y + factor, height);
    for (let x = 0; x < width; x += factor, to += 4) {
      const right = min(x + factor, width);
      const count = (right - x) * (bottom - y);
      let [red, green, blue] = [count >> 1, count >> 1, count >> 1];
      for (let row = y; row < bottom; row++) {
        const last = 4 * (row * width + right);
        for (let at = 4 * (row * width + x); at < last; at += 4) {
          red += data[at];
          green += data[at + 1];
          blue += data[at + 2];
        }
      }
      const times = floor(fround(2 ** 32 / (256 * count)));
      result[to] = (red * times) / 2 ** 24;
      result[to + 1] = (green * times) / 2 ** 24;
      result[to + 2] = (blue * times) / 2 ** 24;
    }
  }
  return { data: result, ...small };
}

/**
 * Projects the colours onto the direction in which neighbouring pixels differ most.
 *
 * Pale yellow ink hardly differs from white paper in luminance, but clearly in blue. The first
 * principal component of local differences finds such a direction, and slow light does not
 * disturb it.
 *
 * @param {Page} page
 * @returns {FloatPlane} 0..255.
 */
function strongestGrey({ data, width, height }) {
  const [red, green, blue] = strongestAxis({ data, width, height });
  // Red ink on blue paper: one colour rises where the other falls. The darkest level becomes 0.
  const darkest = 255 * (min(red, 0) + min(green, 0) + min(blue, 0));
  const grey = new Float32Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += 4) {
    grey[i] = data[at] * red + data[at + 1] * green + data[at + 2] * blue - darkest;
  }
  return { data: grey, width, height };
}

/**
 * Finds the direction of `strongestGrey`.
 *
 * @param {Page} page
 */
function strongestAxis({ data, width, height }) {
  const step = max(1, floor(max(width, height) / 160));
  const spread = [0, 1, 2].map(() => [0, 0, 0]);
  /** @type {(at: number, next: number) => void} */
  const add = (at, next) => {
    const red = data[next] - data[at];
    const green = data[next + 1] - data[at + 1];
    const blue = data[next + 2] - data[at + 2];
    spread[0][0] += red * red;
    spread[0][1] += red * green;
    spread[0][2] += red * blue;
    spread[1][1] += green * green;
    spread[1][2] += green * blue;
    spread[2][2] += blue * blue;
  };
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = 4 * (y * width + x);
      if (x + step < width) add(at, at + 4 * step);
      if (y + step < height) add(at, at + 4 * step * width);
    }
  }
  const plain = 1e-3 * (spread[0][0] + spread[1][1] + spread[2][2]) + 1e-6; // towards plain grey
  const { values, vectors } = eigen(
    spread.map((row, i) => row.map((_, j) => spread[min(i, j)][max(i, j)] + plain)),
  );
  const axis = vectors[argmax(values)];
  const sum = axis[0] + axis[1] + axis[2];
  const length = (abs(axis[0]) + abs(axis[1]) + abs(axis[2])) * (sum < 0 ? -1 : 1);
  return axis.map((part) => part / length); // more light is lighter
}

/**
 * Smooths a page as far as its noise asks for: grain of film and paper, high ISO, JPEG.
 *
 * Noise is the median difference between a pixel and its surroundings, which strokes, being
 * few, do not change.
 *
 * @param {FloatPlane} grey
 */
function quiet(grey) {
  const { width, height } = grey;
  if (min(width, height) < ROOMY) return grey;
  for (let turn = 0; turn < MOST_SMOOTHING; turn++) {
    const smooth = blur3(grey);
    let [loud, all] = [0, 0];
    for (let y = 0; y < height; y += 2) {
      for (let x = 0; x < width; x += 2, all++) {
        const at = y * width + x;
        if (fround(abs(grey.data[at] - smooth.data[at])) > QUIET) loud++;
      }
    }
    if (2 * loud < all) break; // then the median is below, too
    grey = smooth;
  }
  return grey;
}

/**
 * Averages each pixel with its 8 neighbours.
 *
 * @param {FloatPlane} grey
 * @returns {FloatPlane}
 */
export function blur3({ data, width, height }) {
  const result = new Float32Array(data.length);
  const sums = new Float32Array(width + 2); // of three rows, and one more at either end
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = max(y - 1, 0) * width;
    const below = min(y + 1, height - 1) * width;
    for (let x = 0; x < width; x++) {
      sums[x + 1] = fround(data[above + x] + data[row + x]) + data[below + x];
    }
    sums[0] = sums[1];
    sums[width + 1] = sums[width];
    for (let x = 0; x < width; x++) {
      result[row + x] = fround(fround(sums[x] + sums[x + 1]) + sums[x + 2]) / 9;
    }
  }
  return { data: result, width, height };
}
