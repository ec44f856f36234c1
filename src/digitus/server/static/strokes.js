/**
 * What the pen draws: strokes, in units of the sheet, whatever the screen.
 *
 * @module
 */

/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */
/**
 * @typedef {object} Point
 * @property {number} x In units of the sheet.
 * @property {number} y
 * @property {number} pressure 0 to 1; 0.5 where the device cannot tell.
 */
/**
 * @typedef {object} Stroke
 * @property {number} width Of the pen at middle pressure.
 * @property {readonly Point[]} points
 */

// A sheet has as many units as the picture that is read has pixels: digits of a finger's hand have
// a hundred and more, several times what the model sees, and it is read in a few milliseconds.
export const WIDTH = 480;
export const HEIGHT = 360;

/**
 * Draws a stroke as curves through the middles between its points.
 *
 * @param {Context} context
 * @param {Stroke} stroke
 */
export function drawStroke(context, { width, points }) {
  context.lineCap = "round";
  context.lineJoin = "round";
  let from = points[0];
  for (let i = 0; i < points.length; i++) {
    const here = points[i];
    const next = points[i + 1];
    const to = next ? middle(here, next) : here;
    context.lineWidth = width * (0.5 + here.pressure);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(here.x, here.y, to.x, to.y);
    context.stroke();
    from = to;
  }
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
function middle(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, pressure: (a.pressure + b.pressure) / 2 };
}
