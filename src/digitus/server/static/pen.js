/**
 * Mouse, finger and pen -> strokes.
 *
 * @module
 */

import { WIDTH } from "./strokes.js";

/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * Follows the pen on a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {object} does
 * @param {() => number} does.width Returns the pen's width in units of the sheet.
 * @param {() => void} does.began
 * @param {(stroke: Stroke) => void} does.moved Is told the stroke as it grows.
 * @param {(stroke: Stroke) => void} does.lifted Is told the whole stroke.
 * @param {() => void} does.brokenOff The system has taken the pen for something else.
 */
export function followPen(canvas, { width, began, moved, lifted, brokenOff }) {
  /** @type {number | null} */
  let pointer = null;
  /** @type {Stroke} */
  let stroke;

  canvas.addEventListener("pointerdown", (event) => {
    // A second finger, or the ball of the hand, does not draw.
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    stroke = { width: width(), points: [point(canvas, event)] };
    began();
    moved(stroke);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    // Browsers put together what a fast pen does between two frames.
    const events = event.getCoalescedEvents?.() ?? [];
    const points = (events.length ? events : [event]).map((one) => point(canvas, one));
    stroke = { ...stroke, points: [...stroke.points, ...points] };
    moved(stroke);
  });

  // Some pens leave the sheet without a word.
  for (const end of /** @type {const} */ (["pointerup", "lostpointercapture"])) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      lifted(stroke);
    });
  }

  canvas.addEventListener("pointercancel", (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    brokenOff();
  });

  return {
    /** Gives up the stroke that is being drawn; says whether there was one. */
    breakOff() {
      const drawing = pointer !== null;
      pointer = null;
      return drawing;
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 * @returns {Point}
 */
function point(canvas, event) {
  const frame = canvas.getBoundingClientRect();
  const scale = WIDTH / frame.width;
  return {
    x: (event.clientX - frame.left) * scale,
    y: (event.clientY - frame.top) * scale,
    pressure: event.pointerType === "pen" ? event.pressure : 0.5,
  };
}
