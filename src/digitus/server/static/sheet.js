/**
 * The sheet: strokes, or a picture in their place.
 *
 * @module
 */

import { HEIGHT, WIDTH, drawStroke } from "./strokes.js";

/** @typedef {import("./strokes.js").Context} Context */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/**
 * @typedef {object} Picture
 * @property {Blob} file
 * @property {string} name
 * @property {ImageBitmap | null} bitmap Null where this browser cannot open it.
 */
/**
 * Never changed, always replaced.
 *
 * @typedef {object} Sheet
 * @property {number} id The same from one clearing to the next.
 * @property {Picture | null} picture
 * @property {readonly Stroke[]} strokes
 */

let sheets = 0;

/**
 * Returns a new sheet.
 *
 * @param {Picture | null} [picture]
 * @returns {Sheet}
 */
export function newSheet(picture = null) {
  return { id: sheets++, picture, strokes: [] };
}

/** @param {Sheet} sheet */
export function isEmpty(sheet) {
  return !sheet.picture && !sheet.strokes.length;
}

/**
 * Returns what the pen writes on: the sheet, or a new one in the place of a picture.
 *
 * @param {Sheet} sheet
 */
export function paperOf(sheet) {
  return sheet.picture ? newSheet() : sheet;
}

/**
 * @param {Sheet} sheet
 * @param {Stroke} stroke
 * @returns {Sheet}
 */
export function withStroke(sheet, stroke) {
  return { ...sheet, strokes: [...sheet.strokes, stroke] };
}

/**
 * Tells whether one sheet is another one with more written on it.
 *
 * @param {Sheet} before
 * @param {Sheet} after
 */
export function goesOn(before, after) {
  return before.id === after.id && before.strokes.length < after.strokes.length;
}

/**
 * Draws a sheet in units of the sheet; its ink in the stroke colour of the context.
 *
 * @param {Context} context
 * @param {Sheet} sheet
 */
export function drawSheet(context, { picture, strokes }) {
  if (picture?.bitmap) {
    const { width, height } = picture.bitmap;
    const { left, top, scale } = fit(width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(picture.bitmap, left, top, width * scale, height * scale);
  }
  for (const stroke of strokes) drawStroke(context, stroke);
}

/**
 * Returns where a picture lies on the sheet so that all of it is seen.
 *
 * @param {number} width Of the picture in pixels.
 * @param {number} height
 */
export function fit(width, height) {
  const scale = Math.min(WIDTH / width, HEIGHT / height);
  return { left: (WIDTH - width * scale) / 2, top: (HEIGHT - height * scale) / 2, scale };
}

// Drawn by the processor: the same strokes give the same pixels on every graphics card.
const raster = /** @type {OffscreenCanvasRenderingContext2D} */ (
  new OffscreenCanvas(WIDTH, HEIGHT).getContext("2d", { willReadFrequently: true, alpha: false })
);

/**
 * Draws strokes as they are read: dark ink on white paper, of the same size on every screen.
 *
 * @param {readonly Stroke[]} strokes
 */
export function rasterise(strokes) {
  raster.fillStyle = "#fff";
  raster.fillRect(0, 0, WIDTH, HEIGHT);
  raster.strokeStyle = "#000";
  for (const stroke of strokes) drawStroke(raster, stroke);
  return raster.getImageData(0, 0, WIDTH, HEIGHT);
}
