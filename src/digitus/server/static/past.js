/**
 * What was read since the page was opened, in memory alone.
 *
 * @module
 */

import { byId, make } from "./dom.js";
import { percent, say } from "./language.js";
import { confidenceOf, textOf } from "./readings.js";
import { drawSheet } from "./sheet.js";
import { HEIGHT, WIDTH } from "./strokes.js";

/** @typedef {import("./reader.js").Reading} Reading */
/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {{sheet: Sheet, reading: Reading}} Entry */

const MOST = 24;
// Of a small picture's side, in units of the sheet: sharp on dense screens, too.
const SCALE = 0.4;

export class Past {
  /** @type {Entry[]} */
  #entries = [];

  /** @param {(sheet: Sheet) => void} again Called with a sheet that somebody wants back. */
  constructor(again) {
    this.again = again;
  }

  forget() {
    this.#entries = [];
    this.show();
  }

  /**
   * Notes down what was read on a sheet; the last reading of a sheet counts.
   *
   * @param {Sheet} sheet
   * @param {Reading} reading
   */
  note(sheet, reading) {
    const others = this.#entries.filter((entry) => entry.sheet.id !== sheet.id);
    const read = reading.numbers.length ? [{ sheet, reading }] : [];
    this.#entries = [...read, ...others].slice(0, MOST);
    this.show();
  }

  show() {
    byId("past", HTMLElement).hidden = !this.#entries.length;
    byId("entries", HTMLElement).replaceChildren(
      ...this.#entries.map((entry) => make("li", "", this.#button(entry))),
    );
  }

  /** @param {Entry} entry */
  #button({ sheet, reading }) {
    const text = textOf(reading);
    const words = make("span", "words", make("b", "", text), percent(confidenceOf(reading)));
    const element = make("button", "entry", small(sheet), words);
    element.setAttribute("type", "button");
    element.setAttribute("aria-label", say("again", { text }));
    element.addEventListener("click", () => this.again(sheet));
    return element;
  }
}

/** @param {Sheet} sheet */
function small(sheet) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * SCALE;
  canvas.height = HEIGHT * SCALE;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.scale(SCALE, SCALE);
  context.strokeStyle = getComputedStyle(document.body).color;
  drawSheet(context, sheet);
  return canvas;
}
