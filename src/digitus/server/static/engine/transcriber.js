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
import { chance, likeliest } from "./ctc.js";
import { DIGITS, softmax } from "./model.js";
import { cutStrip } from "./strip.js";

/** @typedef {import("./ctc.js").Run} Run */
/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./model.js").Ort} Ort */
/** @typedef {import("./model.js").Session} Session */
/** @typedef {import("./planes.js").Box} Box */

// Columns of the strip that a frame stands for.
const FRAME = 2;

/** What is spelt on a strip. */
export class Transcript {
  /**
   * @param {Float32Array[]} frames What each says: probabilities of ten digits and of nothing.
   * @param {Run[]} runs The digits that the likeliest path spells, from left to right.
   * @param {number[]} middles Where their middles are, in pixels of the page.
   */
  constructor(frames, runs, middles) {
    this.frames = frames;
    this.runs = runs;
    this.middles = middles;
  }

  /** The digits, 0-9 each. */
  get digits() {
    return this.runs.map(({ digit }) => digit);
  }

  /**
   * Returns how likely the strip spells some digits.
   *
   * @param {number[]} digits
   */
  chance(digits) {
    return chance(this.frames, digits);
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
   * @returns {Promise<Transcript | null>} What is spelt, which may be nothing; null where it is too
   *   long or too low for a number.
   */
  async spell(page, boxes) {
    const strip = cutStrip(page, boxes);
    if (!strip) return null;
    const { picture, tiles, span } = strip;
    const { Tensor } = this.ort;
    const { logits } = await this.session.run({
      picture: new Tensor("uint8", coloursOf(picture), [picture.height, picture.width, 3]),
      tiles: new Tensor("float32", tiles, [tiles.length / 4, 4]),
      span: new Tensor("float32", span, [2]),
    });
    const frames = [];
    for (let at = 0; at < logits.data.length; at += DIGITS + 1) {
      frames.push(softmax(logits.data.subarray(at, at + DIGITS + 1)));
    }
    const runs = likeliest(frames);
    const middles = runs.map(({ frames: [start, end] }) => {
      return strip.left + (((start + end) / 2) * FRAME) / strip.scale;
    });
    return new Transcript(frames, runs, middles);
  }
}
