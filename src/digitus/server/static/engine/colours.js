/**
 * Colours without alpha: it is laid over paper that the drawing shows on.
 *
 * @module
 */

import { median, round } from "./planes.js";

/** @typedef {import("./grey.js").Page} Page */

const WHITE = 255;
const BLACK = 0;
const MIDDLE = 128;
// A drawing whose levels differ by less than this is one colour of ink, with noise.
const ONE_COLOUR = 64;
// Enough pixels to tell the colours of a drawing; more would only cost time.
const SAMPLE = 2 ** 20;

/**
 * Lays a picture with alpha over paper on which it shows.
 *
 * Ink alone is laid over its opposite: white for dark ink, black for light ink, by the mean
 * luminance of what is drawn. What brings its own paper (more than half of it is covered, in
 * several colours) is continued in that paper's colour, so that no edge appears. Alpha that is
 * the same everywhere says nothing and is dropped; a fully transparent picture is white paper.
 *
 * @param {Page} page
 * @returns {Page} Without alpha; the page itself where it had none.
 */
export function layOverPaper(page) {
  const { data, width, height } = page;
  let [lowest, highest] = [data[3], data[3]];
  for (let at = 7; at < data.length; at += 4) {
    if (data[at] < lowest) lowest = data[at];
    if (data[at] > highest) highest = data[at];
  }
  if (highest > 0 && lowest === highest) return page;
  const laid = new Uint8Array(data.length).fill(WHITE);
  if (highest === 0) return { data: laid, width, height };
  const paper = paperUnder(page);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    for (let band = 0; band < 3; band++) {
      // The whole numbers that Pillow reckons with: a division by 255.
      const sum = paper[band] * (255 - alpha) + data[at + band] * alpha + 128;
      laid[at + band] = ((sum >> 8) + sum) >> 8;
    }
  }
  return { data: laid, width, height };
}

/**
 * Chooses the paper under a drawing: red, green and blue.
 *
 * @param {Page} page
 */
function paperUnder({ data, width, height }) {
  const step = Math.max(1, round(Math.sqrt((width * height) / SAMPLE)));
  /** @type {number[]} */ const drawn = [];
  let [weight, lit, count, dark, light] = [0, 0, 0, 255, 0];
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step, count++) {
      const at = 4 * (y * width + x);
      const alpha = data[at + 3];
      const level = (data[at] * 19595 + data[at + 1] * 38470 + data[at + 2] * 7471 + 32768) >> 16;
      weight += alpha;
      lit += level * alpha;
      if (alpha < MIDDLE) continue;
      dark = Math.min(dark, level);
      light = Math.max(light, level);
      drawn.push(at);
    }
  }
  if (weight > MIDDLE * count && light - dark > ONE_COLOUR) {
    return [0, 1, 2].map((band) => Math.floor(median(drawn.map((at) => data[at + band]))));
  }
  return new Array(3).fill(lit / Math.max(1, weight) < MIDDLE ? WHITE : BLACK);
}

/**
 * Returns red, green and blue of each pixel.
 *
 * @param {Page} page
 */
export function coloursOf({ data, width, height }) {
  const colours = new Uint8Array(3 * width * height);
  for (let at = 0, to = 0; at < data.length; at += 4, to += 3) {
    colours[to] = data[at];
    colours[to + 1] = data[at + 1];
    colours[to + 2] = data[at + 2];
  }
  return colours;
}
