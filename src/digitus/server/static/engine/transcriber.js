/**
 * The transcriber: a whole number at once, where digits touch and lie over each other.
 *
 * The finder looks at one place after the other, and where digits are written into each other
 * there is no place for each. The transcriber sees the number as a strip and spells it from left to
 * right.
 *
 * @module
 */

import { coloursOf } from "./colours.js";
import { NOTHING, chance, likeliest } from "./ctc.js";
import { DIGITS, softmax } from "./model.js";
import { cutStrip } from "./strip.js";

/** @typedef {import("./ctc.js").Run} Run */
/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./model.js").Ort} Ort */
/** @typedef {import("./model.js").Session} Session */
/** @typedef {import("./planes.js").Box} Box */

// Columns of the strip that a frame stands for.
const FRAME = 2;
// What is spelt with less than this is looked at again, as if it were so much higher.
const CLEAR = 0.9;
const SIZES = [0.9, 1.12, 0.8, 1.25];
// No look makes anything less likely than this.
const LEAST = 1e-9;
const NOTHING_THERE = Float32Array.from({ length: DIGITS + 1 }, (_, k) => Number(k === NOTHING));

/** What is spelt on a strip. */
export class Transcript {
  /**
   * @param {Float32Array[][]} looks What each frame says: probabilities of ten digits and of nothing.
   *   Where the first look was in doubt, more follow at other sizes.
   * @param {Run[]} runs The digits that the likeliest path spells, from left to right.
   * @param {number[]} middles Where their middles are, in pixels of the page.
   */
  constructor(looks, runs, middles) {
    this.looks = looks;
    this.runs = runs;
    this.middles = middles;
  }

  /** The digits, 0-9 each. */
  get digits() {
    return this.runs.map(({ digit }) => digit);
  }

  /**
   * Returns how likely the strip spells some digits: the geometric mean of all looks.
   *
   * @param {number[]} digits
   */
  chance(digits) {
    const logs = this.looks.map((frames) => Math.log(Math.max(chance(frames, digits), LEAST)));
    return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  }
}

/** Spells numbers. */
export class Transcriber {
  /**
   * @param {Ort} ort
   * @param {Session} session
   */
  constructor(ort, session) {
    this.ort = ort;
    this.session = session;
  }

  /**
   * @param {Ort} ort
   * @param {Uint8Array} content Of the ONNX file.
   */
  static async load(ort, content) {
    return new Transcriber(ort, await ort.InferenceSession.create(content));
  }

  /**
   * Spells a number.
   *
   * @param {Page} page Its alpha is not looked at.
   * @param {Box[]} boxes Of the number's digits as they were found, one at least.
   * @param {[number, number]} room Between which columns of the page there is no other number.
   *   Beyond them, and beyond the page, nothing is spelt.
   * @returns {Promise<Transcript | null>} What is spelt, which may be nothing; null where it is too
   *   long or too low for a number.
   */
  async spell(page, boxes, room) {
    const first = await this.#look(page, boxes, room);
    if (!first || first.chance(first.digits) >= CLEAR) return first;
    const seen = [first];
    for (const size of SIZES) {
      const other = await this.#look(page, resized(boxes, size), room);
      if (other) seen.push(other);
    }
    const looks = seen.flatMap((one) => one.looks);
    const judged = seen.map(({ runs, middles }) => new Transcript(looks, runs, middles));
    const chances = judged.map((one) => one.chance(one.digits));
    return judged[chances.indexOf(Math.max(...chances))];
  }

  /**
   * Spells a number once.
   *
   * @param {Page} page
   * @param {Box[]} boxes
   * @param {[number, number]} room
   * @returns {Promise<Transcript | null>}
   */
  async #look(page, boxes, room) {
    const strip = cutStrip(page, boxes);
    if (!strip) return null;
    const { picture, tiles, span } = strip;
    const { Tensor } = this.ort;
    const { logits } = await this.session.run({
      picture: new Tensor("uint8", coloursOf(picture), [picture.height, picture.width, 3]),
      tiles: new Tensor("float32", tiles, [tiles.length / 4, 4]),
      span: new Tensor("float32", span, [2]),
    });
    /** @type {Float32Array[]} */
    const frames = [];
    const [first, last] = [Math.max(room[0], 0), Math.min(room[1], page.width)];
    for (let at = 0; at < logits.data.length; at += DIGITS + 1) {
      const column = strip.left + ((frames.length + 0.5) * FRAME) / strip.scale;
      const within = first <= column && column <= last;
      frames.push(within ? softmax(logits.data.subarray(at, at + DIGITS + 1)) : NOTHING_THERE);
    }
    const runs = likeliest(frames);
    const middles = runs.map(({ frames: [start, end] }) => {
      return strip.left + (((start + end) / 2) * FRAME) / strip.scale;
    });
    return new Transcript([frames], runs, middles);
  }
}

/**
 * Makes boxes higher about their middles, so that a strip shows them smaller, or lower.
 *
 * @param {Box[]} boxes
 * @param {number} size
 * @returns {Box[]}
 */
function resized(boxes, size) {
  return boxes.map(([left, top, right, bottom]) => {
    const middle = (top + bottom) / 2;
    return [left, middle + (top - middle) * size, right, middle + (bottom - middle) * size];
  });
}
