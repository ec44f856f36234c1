/**
 * Ink -> glyph: the 28x28 picture that the model reads, laid out as MNIST is.
 *
 * @module
 */

import { cropped, round, transposed } from "./planes.js";

/** @typedef {import("./planes.js").FloatPlane} FloatPlane */
/** @typedef {import("./planes.js").Box} Box */

export const SIDE = 28; // a glyph is 28x28, white on black
const INNER = 20; // the longer side of the ink inside it (LeCun et al. 1998, section III.A)
// Strokes are made thicker or thinner on a canvas this many times finer than the glyph.
const FINE = 3;
// Mean stroke widths, in glyph pixels, that pass untouched: MNIST's own lie inside.
const THINNEST = 1.4;
const THICKEST = 4.4;
// Ink below this is an error of rounding.
const TRACE = Math.fround(1e-3);

/**
 * Cuts a glyph out of ink as MNIST's were: 20 px by area-averaging, centred by mass.
 *
 * @param {FloatPlane} ink 0 paper to 1 ink.
 * @returns {Uint8Array} 28x28 levels, 0 paper to 255 ink; all zeros where there is no ink.
 */
export function cutGlyph(ink) {
  const glyph = new Uint8Array(SIDE * SIDE);
  const crop = cropped(ink, inkBox(ink));
  if (!crop.data.length) return glyph;
  const scale = INNER / Math.max(crop.height, crop.width);
  const rows = Math.max(1, round(crop.height * scale));
  const columns = Math.max(1, round(crop.width * scale));
  const small = balanceStroke(averageColumns(averageRows(crop, rows * FINE), columns * FINE));

  let [mass, x, y] = [0, 0, 0];
  small.data.forEach((value, at) => {
    mass += value;
    x += value * (at % small.width);
    y += value * Math.floor(at / small.width);
  });
  if (mass <= 0) return glyph;
  // MNIST's centre of mass is pixel 14 counted from 0 (its mean lies at 14.0, not 13.5); ink
  // whose mass is far off its middle is held inside the frame.
  const left = Math.min(Math.max(steadily(SIDE / 2 - x / mass), 0), SIDE - small.width);
  const top = Math.min(Math.max(steadily(SIDE / 2 - y / mass), 0), SIDE - small.height);
  small.data.forEach((value, at) => {
    const row = top + Math.floor(at / small.width);
    glyph[row * SIDE + left + (at % small.width)] = round(Math.fround(value * 255));
  });
  return glyph;
}

/**
 * Rounds what is a half but for errors of rounding as a half: ink that is the same on both sides
 * has its centre there.
 *
 * @param {number} value
 */
function steadily(value) {
  return round(round(value * 1e4) / 1e4);
}

/**
 * Returns the smallest box around all ink above a level; an empty box where there is none.
 *
 * @param {FloatPlane} ink
 * @param {number} [level]
 * @returns {Box}
 */
export function inkBox({ data, width, height }, level = 0) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(data[y * width + x] > level)) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return bottom ? [left, top, right, bottom] : [0, 0, 0, 0];
}

/**
 * Estimates the mean stroke width of ink, in its pixels.
 *
 * A stroke of length l and width w has mass l * w and an outline of about 2 * l, and the total
 * variation of ink measures the outline whether its edges are hard or soft.
 *
 * @param {FloatPlane} ink 0..1, with at least one pixel of paper around the strokes.
 */
export function strokeWidth({ data, width, height }) {
  let [mass, outline] = [0, 0];
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x;
      const across = data[at + 1] - data[at];
      const down = data[at + width] - data[at];
      outline += Math.sqrt(across * across + down * down);
      mass += data[at];
    }
  }
  return outline > 0 ? (2 * mass) / outline : 0;
}

/**
 * Resamples the rows of a plane to another number of rows by exact area-averaging.
 *
 * @param {FloatPlane} plane
 * @param {number} size
 * @returns {FloatPlane}
 */
function averageRows({ data, width, height }, size) {
  if (height === size) return { data, width, height };
  const result = new Float32Array(width * size);
  // The integral up to each edge; differences of it are exact areas at any scale, up or down.
  const total = new Float64Array(height + 1);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) total[y + 1] = total[y] + data[y * width + x];
    let before = 0;
    for (let row = 0; row < size; row++) {
      const edge = (row + 1) * (height / size);
      const whole = Math.min(Math.floor(edge), height - 1);
      const integral = total[whole] + (edge - whole) * data[whole * width + x];
      result[row * width + x] = (integral - before) * (size / height);
      before = integral;
    }
  }
  return { data: result, width, height: size };
}

/**
 * Resamples the columns of a plane as `averageRows` does its rows.
 *
 * @param {FloatPlane} plane
 * @param {number} size
 */
function averageColumns(plane, size) {
  return transposed(averageRows(transposed(plane), size));
}

/**
 * Brings strokes that are thinner or thicker than MNIST's towards it; averages down by FINE.
 *
 * @param {FloatPlane} fine FINE times as wide and high as the ink in the glyph.
 * @returns {FloatPlane} At most SIDE on a side; larger than the ink was where it was thickened.
 */
function balanceStroke(fine) {
  let padded = withBorder(fine, FINE);
  const width = strokeWidth(padded);
  if (width < THINNEST * FINE) {
    // A pale thin line is made as dark as its darkest part before it is made thicker.
    const top = Math.max(quantile(fine.data.filter((value) => value > TRACE), 0.9), 0.2);
    padded.data.forEach((value, at) => (padded.data[at] = Math.min(Math.fround(value / top), 1)));
    padded = shift(padded, Math.min((THINNEST * FINE - width) / 2, FINE), Math.max);
  } else if (width > THICKEST * FINE) {
    padded = shift(padded, Math.min((width - THICKEST * FINE) / 2, FINE), Math.min);
  } else {
    padded = fine;
  }
  return shrunk(padded);
}

/**
 * Averages squares of FINE pixels.
 *
 * @param {FloatPlane} fine
 * @returns {FloatPlane}
 */
function shrunk(fine) {
  const [width, height] = [fine.width / FINE, fine.height / FINE];
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = FINE * y; row < FINE * (y + 1); row++) {
        for (let column = FINE * x; column < FINE * (x + 1); column++) {
          sum += fine.data[row * fine.width + column];
        }
      }
      data[y * width + x] = sum / (FINE * FINE);
    }
  }
  return { data, width, height };
}

/**
 * Moves the edges of ink outwards (maximum) or inwards (minimum) by ``radius`` pixels.
 *
 * Whole steps take the extreme over the 4 neighbours; the rest of the radius is mixed in.
 *
 * @param {FloatPlane} ink
 * @param {number} radius
 * @param {(...values: number[]) => number} extreme
 * @returns {FloatPlane}
 */
function shift({ data, width, height }, radius, extreme) {
  while (radius > 0) {
    const step = Math.fround(Math.min(radius, 1));
    const next = new Float32Array(data.length);
    data.forEach((value, at) => {
      const x = at % width;
      let moved = value;
      if (at >= width) moved = extreme(moved, data[at - width]);
      if (at + width < data.length) moved = extreme(moved, data[at + width]);
      if (x > 0) moved = extreme(moved, data[at - 1]);
      if (x < width - 1) moved = extreme(moved, data[at + 1]);
      next[at] = value + Math.fround(step * Math.fround(moved - value));
    });
    data = next;
    radius -= Math.min(radius, 1);
  }
  return { data, width, height };
}

/**
 * Lays paper around ink.
 *
 * @param {FloatPlane} ink
 * @param {number} border Its width.
 * @returns {FloatPlane}
 */
function withBorder(ink, border) {
  const [width, height] = [ink.width + 2 * border, ink.height + 2 * border];
  const data = new Float32Array(width * height);
  for (let y = 0; y < ink.height; y++) {
    const row = ink.data.subarray(y * ink.width, (y + 1) * ink.width);
    data.set(row, (y + border) * width + border);
  }
  return { data, width, height };
}

/**
 * Returns the level that a part of some values stay below, as NumPy does; 1 where there are none.
 *
 * @param {Float32Array} values Put in order.
 * @param {number} part
 */
function quantile(values, part) {
  if (!values.length) return 1;
  values.sort();
  const place = part * (values.length - 1);
  const low = values[Math.floor(place)];
  return Math.fround(low + (values[Math.ceil(place)] - low) * (place % 1));
}
