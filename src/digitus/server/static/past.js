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
/** @typedef {{sheet: Sheet, reading: Reading, element: HTMLElement}} Entry */

const MOST = 24;
// Of a small picture's side, in units of the sheet: sharp on dense screens, too.
const SCALE = 0.4;

const list = byId("entries", HTMLElement);

export class Past {
  /** @type {Entry[]} */
  #entries = [];

  /** @param {(sheet: Sheet) => void} again Called with a sheet that somebody wants back. */
  constructor(again) {
    this.again = again;
  }

  /** @param {Sheet} sheet */
  holds(sheet) {
    return this.#entries.some((entry) => entry.sheet === sheet);
  }

  /** @returns {Sheet[]} What was in it. */
  forget() {
    return this.#keep([]);
  }

  /**
   * Notes down what was read on a sheet; the last reading of a sheet counts.
   *
   * @param {Sheet} sheet
   * @param {Reading} reading
   * @returns {Sheet[]} What is gone for it.
   */
  note(sheet, reading) {
    const noted = this.#entries.find((entry) => entry.sheet.id === sheet.id);
    const others = this.#entries.filter((entry) => entry !== noted);
    if (!reading.numbers.length) return this.#keep(others);
    const entry = { sheet, reading, element: noted?.element ?? make("li", "") };
    const gone = this.#keep([entry, ...others].slice(0, MOST));
    this.#write(entry);
    return gone;
  }

  /**
   * Returns the sheet that is noted down under the number of another one.
   *
   * @param {Sheet} sheet
   */
  noted({ id }) {
    return this.#entries.find((entry) => entry.sheet.id === id)?.sheet;
  }

  /** Writes and draws all of it anew. */
  show() {
    for (const entry of this.#entries) this.#write(entry);
  }

  /**
   * Keeps entries, and touches only what changes its place: the others may have the focus.
   *
   * @param {Entry[]} entries
   * @returns {Sheet[]} Of entries that are gone.
   */
  #keep(entries) {
    const gone = this.#entries.filter((entry) => !entries.includes(entry));
    this.#entries = entries;
    const elements = entries.map(({ element }) => element);
    for (const { element } of gone) if (!elements.includes(element)) element.remove();
    const focused = document.activeElement;
    elements.forEach((element, i) => {
      if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
    });
    // What is moved loses the focus.
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
    byId("past", HTMLElement).hidden = !entries.length;
    return gone.map(({ sheet }) => sheet);
  }

  /** @param {Entry} entry */
  #write({ sheet, reading, element }) {
    const text = textOf(reading);
    const words = make("span", "words", make("b", "", text), percent(confidenceOf(reading)));
    const button = element.querySelector("button") ?? make("button", "entry");
    button.replaceChildren(small(sheet), words);
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", say("again", { text }));
    button.onclick = () => this.again(sheet);
    if (!button.isConnected) element.append(button);
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
