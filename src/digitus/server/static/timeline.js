/**
 * Undo and redo: every sheet that there was.
 *
 * @module
 */

import { newSheet } from "./sheet.js";

/** @typedef {import("./sheet.js").Sheet} Sheet */

// More than anybody goes back.
const MOST = 100;

export class Timeline {
  /** @type {Sheet[]} */
  #sheets = [newSheet()];
  #at = 0;

  get sheet() {
    return this.#sheets[this.#at];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#sheets.length - 1;
  }

  /** @param {Sheet} sheet */
  holds(sheet) {
    return this.#sheets.includes(sheet);
  }

  /**
   * Goes on to a new sheet; what was undone is gone, and so is what is long past.
   *
   * @param {Sheet} sheet
   * @returns {Sheet[]} What is gone.
   */
  add(sheet) {
    const before = this.#sheets;
    this.#sheets = [...before.slice(0, this.#at + 1), sheet].slice(-MOST);
    this.#at = this.#sheets.length - 1;
    return before.filter((one) => !this.holds(one));
  }

  undo() {
    if (this.canUndo) this.#at--;
  }

  redo() {
    if (this.canRedo) this.#at++;
  }
}
