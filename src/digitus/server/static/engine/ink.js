/**
 * Page -> ink: what the pen left, whatever the colours and the light were.
 *
 * @module
 */

import { findComponents } from "./components.js";
import { blur3, greyOf } from "./grey.js";
import { runningExtreme } from "./morphology.js";
import { median, round } from "./planes.js";
import { withoutRules } from "./rules.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./planes.js").FloatPlane} FloatPlane */
/** @typedef {import("./planes.js").BytePlane} BytePlane */
/** @typedef {import("./planes.js").Mask} Mask */
/**
 * The darkest and the lightest level of a page, and how near to one a pixel still has it.
 *
 * @typedef {{dark: number, light: number, near: number}} Levels
 */

// A page counts as flat (drawn, or evenly lit) where this part of its frame has the paper's level.
// Or where this part of its pixels has one of two levels. Near a level means within this part of
// the page's contrast.
const FLAT_FRAME = 0.7;
const FLAT_PAGE = 0.4;
const FLAT_LEVELS = 0.85;
const NEAR = 0.12;
// Local paper is estimated in a window of this part of the shorter side: wider than the strokes
// of a digit that fills the frame, narrower than most shadows.
const WINDOW = 0.2;
// A smaller picture has no room for strokes, a window and a shadow: it is flat.
const TINY = 24;
// Paper darker than this is not made lighter: it would only enlarge its noise.
const DARKEST_PAPER = 48;
// Ink must stand out from the paper by this many levels of 255, and by this many times the noise.
const MIN_CONTRAST = 10;
const MIN_SIGNAL = 4;
// Below stronger ink, where something has been found already, by so many times.
const FAINT_SIGNAL = 6;
// The soft edge of ink is this part of the longer side of the page wide.
const SOFT_EDGE = 0.006;
// Contrast is counted in steps of this part of a level.
const STEPS = 4;
// A digit beside another has at least this part of its size (longer sides), and is less than so many
// times as wide as high. Of the ink, more than this part is no dirt, even in specks: rather what was
// taken for the digit is.
const SMALLEST = 0.2;
const FLATTEST = 12;
const MOST_DIRT = 0.25;
// Another explanation of the page is offered where its ink has this share of the best one's energy.
const RIVAL = 0.35;

const { abs, floor, fround, max, min } = Math;

/** What the pen left on a page. */
export class Ink {
  /** @type {Mask | undefined} */ #strokes;
  /** @type {import("./components.js").Components | undefined} */ #parts;

  /**
   * @param {FloatPlane} values 0 paper to 1 ink.
   * @param {Mask} mask Where there surely is ink.
   * @param {number} scale Pixels of the page per pixel of ink, at least 1.
   * @param {FloatPlane} contrast 0..255, how far each pixel lies from its paper.
   */
  constructor(values, mask, scale, contrast) {
    this.values = values;
    this.mask = mask;
    this.scale = scale;
    this.contrast = contrast;
  }

  /** The mask without printed lines; the mask itself where there are none. */
  get strokes() {
    return (this.#strokes ??= withoutRules(this.mask));
  }

  /** The connected components of the strokes. */
  get parts() {
    return (this.#parts ??= findComponents(this.strokes));
  }

  /**
   * Tells whether what lies beside a digit is no other: specks, what is left of a ruling.
   *
   * @param {import("./planes.js").Box} box Of the digit, in pixels of the ink.
   */
  alone([left, top, right, bottom]) {
    const parts = this.parts;
    const { boxes, areas, sides } = parts;
    const least = SMALLEST * max(right - left, bottom - top);
    let [dirt, all] = [0, 0];
    for (let i = 0; i < parts.length; i++) {
      all += areas[i];
      const [x0, y0, x1, y1] = boxes.subarray(4 * i, 4 * i + 4);
      if (x0 >= left && y0 >= top && x1 <= right && y1 <= bottom) continue;
      if (sides[i] >= least && parts.width(i) < FLATTEST * parts.height(i)) return false;
      dirt += areas[i];
    }
    return dirt <= MOST_DIRT * all;
  }
}

/**
 * Separates the pen's ink from paper, light and noise.
 *
 * @param {Page} page
 * @returns {Ink[]} The explanations of the page worth reading, most plausible first: usually one;
 *   two where it cannot be told from the levels alone whether the ink is dark or light; none on
 *   blank paper.
 */
export function findInk(page) {
  const { grey, scale } = greyOf(page);
  const levels = levelsOf(grey);
  const likely =
    twoLevels(grey, levels) ?? likelier(flatContrast(grey, levels) ?? localContrast(grey));
  const inks = likely.map((contrast) => develop(contrast, scale, MIN_SIGNAL));
  return inks.filter((ink) => ink !== null);
}

/**
 * Looks below ink that is no digit: for pencil in a printed box, or under dirt.
 *
 * @param {Ink} ink Ink in which there is no digit.
 * @returns {Ink | null} What is left when it is wiped off; null where that is blank paper.
 */
export function findFainterInk({ mask, scale, contrast }) {
  const reach = 2 * max(1, round(SOFT_EDGE * max(mask.width, mask.height))) + 1;
  const strong = runningExtreme(mask, reach, "maximum").data;
  const rest = contrast.data.map((value, i) => (strong[i] ? 0 : value));
  return develop({ ...contrast, data: rest }, scale, FAINT_SIGNAL);
}

/**
 * Returns how far each pixel lies from one paper level, both ways; null on an uneven page.
 *
 * @param {FloatPlane} grey
 * @param {Levels} levels
 * @returns {FloatPlane[] | null}
 */
function flatContrast(grey, levels) {
  const edge = frame(grey);
  const paper = fround(median(edge));
  const most = max(fround(paper - levels.dark), fround(levels.light - paper));
  const near = fround(max(NEAR * most, 2));
  const even =
    shareNear(edge, paper, near) >= FLAT_FRAME &&
    (shareNear(grey.data, paper, near) >= FLAT_PAGE || clear(grey, levels) >= FLAT_LEVELS);
  if (!even && min(grey.width, grey.height) >= TINY) return null;
  return [below(grey, paper), above(grey, paper)];
}

/**
 * Returns ink on paper both ways where a page has two levels, and its frame does not tell which.
 *
 * So it is with a digit that fills its frame; null on all other pages.
 *
 * @param {FloatPlane} grey
 * @param {Levels} levels
 * @returns {FloatPlane[] | null}
 */
function twoLevels(grey, levels) {
  const { dark, light, near } = levels;
  const edge = frame(grey);
  if (max(shareNear(edge, dark, near), shareNear(edge, light, near)) >= FLAT_FRAME) return null;
  if (min(grey.width, grey.height) >= TINY && clear(grey, levels) < FLAT_LEVELS) return null;
  return [below(grey, light), above(grey, dark)];
}

/**
 * Finds the levels of a page.
 *
 * @param {FloatPlane} grey
 * @returns {Levels}
 */
function levelsOf({ data }) {
  let [dark, light] = [data[0], data[0]];
  for (let i = 1; i < data.length; i++) {
    if (data[i] < dark) dark = data[i];
    if (data[i] > light) light = data[i];
  }
  return { dark, light, near: fround(max(NEAR * fround(light - dark), 2)) };
}

/**
 * Returns the part of a page that is near its darkest or its lightest level.
 *
 * @param {FloatPlane} grey
 * @param {Levels} levels
 */
function clear({ data }, { dark, light, near }) {
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    if (min(fround(data[i] - dark), fround(light - data[i])) <= near) count++;
  }
  return count / data.length;
}

/**
 * Returns the part of some values that is near a level.
 *
 * @param {Float32Array} values
 * @param {number} level
 * @param {number} near
 */
function shareNear(values, level, near) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (fround(abs(values[i] - level)) <= near) count++;
  return count / values.length;
}

/**
 * Returns how far pixels lie below a level.
 *
 * @param {FloatPlane} grey
 * @param {number} level
 * @returns {FloatPlane}
 */
function below({ data, width, height }, level) {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = max(level - data[i], 0);
  return { data: result, width, height };
}

/**
 * Returns how far pixels lie above a level.
 *
 * @param {FloatPlane} grey
 * @param {number} level
 * @returns {FloatPlane}
 */
function above({ data, width, height }, level) {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = max(data[i] - level, 0);
  return { data: result, width, height };
}

/**
 * Returns the pixels of the page's outermost rows and columns.
 *
 * @param {FloatPlane} grey
 */
function frame({ data, width, height }) {
  const edge = new Float32Array(2 * (width + height));
  edge.set(data.subarray(0, width));
  edge.set(data.subarray(data.length - width), width);
  for (let y = 0; y < height; y++) {
    edge[2 * width + y] = data[y * width];
    edge[2 * width + height + y] = data[(y + 1) * width - 1];
  }
  return edge;
}

/**
 * Returns how far each pixel lies from the paper around it, both ways.
 *
 * The paper is the grey-scale closing of the page (for dark ink; opening for light ink): it
 * fills whatever is narrower than the window and keeps the edges of shadows where they are
 * (black-hat and white-hat transform; Serra 1982). Division by the paper makes ink in the shadow
 * as dark as ink in the light.
 *
 * @param {FloatPlane} grey
 * @returns {FloatPlane[]}
 */
function localContrast(grey) {
  const { width, height } = grey;
  const window = max(3, floor(WINDOW * min(width, height)) | 1);
  const half = window >> 1;
  const smooth = continued(blur3(grey), half);
  const dark = runningExtreme(runningExtreme(smooth, window, "maximum"), window, "minimum");
  const light = runningExtreme(runningExtreme(smooth, window, "minimum"), window, "maximum");
  const darker = new Float32Array(width * height);
  const lighter = new Float32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const from = (y + half) * smooth.width + x + half;
      const value = grey.data[at];
      const paper = dark.data[from];
      // Smooth paper can be darker than a noisy pixel of it, so the quotient may pass 1.
      const lit = fround(max(paper - value, 0)) * fround(255 / max(paper, DARKEST_PAPER));
      darker[at] = min(lit, 255);
      lighter[at] = max(value - light.data[from], 0);
    }
  }
  return [{ data: darker, width, height }, { data: lighter, width, height }];
}

/**
 * Continues a page past its frame, where the light goes on as it was going; else its slope would
 * end in a ridge. Levels become whole.
 *
 * @param {FloatPlane} grey
 * @param {number} by
 * @returns {BytePlane}
 */
function continued({ data, width, height }, by) {
  const wide = width + 2 * by;
  const result = new Uint8Array(wide * (height + 2 * by));
  const line = new Float32Array(wide);
  for (let y = -by; y < height + by; y++) {
    const edge = y < 0 ? 0 : min(y, height - 1);
    const mirror = 2 * edge - y;
    for (let x = 0; x < width; x++) {
      const value = data[edge * width + x];
      line[by + x] = mirror === edge ? value : 2 * value - data[mirror * width + x];
    }
    const [first, last] = [line[by], line[by + width - 1]];
    for (let x = 1; x <= by; x++) {
      line[by - x] = 2 * first - line[by + x];
      line[by + width - 1 + x] = 2 * last - line[by + width - 1 - x];
    }
    const row = (y + by) * wide;
    for (let x = 0; x < wide; x++) result[row + x] = max(0, min(line[x], 255));
  }
  return { data: result, width: wide, height: height + 2 * by };
}

/**
 * Drops the explanations that are much less likely than the best one, and puts that first.
 *
 * @param {FloatPlane[]} contrasts
 */
function likelier(contrasts) {
  const weighed = contrasts.map((contrast) => ({ contrast, energy: energy(contrast) }));
  weighed.sort((a, b) => b.energy - a.energy);
  return weighed
    .filter((one) => one.energy >= RIVAL * weighed[0].energy)
    .map((one) => one.contrast);
}

/**
 * Weighs an explanation: strokes have edges, the glow of a lamp has none.
 *
 * @param {FloatPlane} contrast
 */
function energy({ data, width, height }) {
  let sum = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const across = x + 1 < width ? data[at + 1] - data[at] : 0;
      const down = y + 1 < height ? data[at + width] - data[at] : 0;
      sum += across * across + down * down;
    }
  }
  return sum;
}

/**
 * Turns contrast into ink: cuts the noise off, brings the strokes to 1.
 *
 * @param {FloatPlane} contrast
 * @param {number} scale
 * @param {number} minSignal
 * @returns {Ink | null}
 */
function develop(contrast, scale, minSignal) {
  const counts = new Int32Array(255 * STEPS + 2);
  const { data, width, height } = contrast;
  // To the nearest step: on most pages levels are whole, but for errors of rounding.
  const steps = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    steps[i] = fround(data[i] * STEPS + 0.5);
    counts[steps[i]]++;
  }
  const { threshold, cut } = thresholdOf(counts);
  // All but the most contrasted part of the paper stays below this level.
  const noise = 1.5 * levelOf(counts.subarray(0, cut), 0.5);
  const level = threshold + levelOf(counts.subarray(cut), 0.75);
  if (level < MIN_CONTRAST || level < minSignal * noise) return null;
  const haze = min(2 * noise, 0.5 * threshold);
  const [base, span] = [fround(haze), fround(level - haze)];
  const least = STEPS * max(0.6 * threshold, haze);
  const values = new Float32Array(data.length);
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    values[i] = max(0, min(fround(data[i] - base) / span, 1));
    mask[i] = steps[i] > least ? 1 : 0;
  }
  const shape = { width, height };
  return new Ink({ data: values, ...shape }, { data: mask, ...shape }, scale, contrast);
}

/**
 * Returns the level, 0..255, that a part of the counted pixels stay below.
 *
 * @param {Int32Array} counts
 * @param {number} part
 */
function levelOf(counts, part) {
  const wanted = part * counts.reduce((sum, count) => sum + count, 0);
  let place = 0;
  for (let sum = counts[0]; sum < wanted; sum += counts[place]) place++;
  return place / STEPS;
}

/**
 * Finds the level between paper and ink (isodata; Ridler and Calvard 1978).
 *
 * It starts from half the strongest contrast, since the ink may be a thousandth of the page.
 *
 * @param {Int32Array} counts
 * @returns {{threshold: number, cut: number}} The level, 0..255, and the first count above it.
 */
function thresholdOf(counts) {
  const number = new Float64Array(counts.length);
  const mass = new Float64Array(counts.length);
  let last = 0;
  counts.forEach((count, step) => {
    number[step] = count + (step ? number[step - 1] : 0);
    mass[step] = count * step + (step ? mass[step - 1] : 0);
    if (count) last = step;
  });
  let threshold = last >> 1;
  for (let turn = 0; turn < 4; turn++) {
    const below = number[threshold];
    const above = number[last] - below;
    if (!above) break;
    const ink = (mass[last] - mass[threshold]) / above;
    const paper = below ? mass[threshold] / below : 0;
    threshold = floor((ink + paper) / 2);
  }
  return { threshold: threshold / STEPS, cut: threshold + 1 };
}
