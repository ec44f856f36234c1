/**
 * The sheet on the screen, and boxes around what was read on it.
 *
 * @module
 */

import { make } from "./dom.js";
import { drawSheet, fit, newSheet } from "./sheet.js";
import { HEIGHT, WIDTH } from "./strokes.js";

/** @typedef {import("./reader.js").Reading} Reading */

export class Pad {
  #sheet = newSheet();
  #boxes;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} boxes Lies over it.
   */
  constructor(canvas, boxes) {
    this.canvas = canvas;
    this.#boxes = boxes;
    new ResizeObserver(() => this.#fit()).observe(canvas);
  }

  /** @param {import("./sheet.js").Sheet} sheet */
  show(sheet) {
    this.#sheet = sheet;
    this.draw();
  }

  /** Gives the canvas a pixel for each of the screen's. */
  #fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    this.draw();
  }

  /** Draws the sheet in the colours of the page. */
  draw() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const scale = this.canvas.width / WIDTH;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.strokeStyle = getComputedStyle(this.canvas).color;
    drawSheet(context, this.#sheet);
  }

  /**
   * Marks the digits of a reading.
   *
   * @param {Reading | null} reading
   */
  mark(reading) {
    if (!reading) return this.#boxes.replaceChildren();
    const { left, top, scale } = fit(reading.width, reading.height);
    const boxes = reading.numbers.flatMap(({ digits }) => digits).map(({ digit, box }) => {
      const [x0, y0, x1, y1] = box.map((side) => side * scale);
      const element = make("div", "", make("span", "", String(digit)));
      element.style.left = part(left + x0, WIDTH);
      element.style.top = part(top + y0, HEIGHT);
      element.style.width = part(x1 - x0, WIDTH);
      element.style.height = part(y1 - y0, HEIGHT);
      return element;
    });
    return this.#boxes.replaceChildren(...boxes);
  }
}

/**
 * @param {number} length
 * @param {number} whole
 */
function part(length, whole) {
  return `${(length / whole) * 100}%`;
}
