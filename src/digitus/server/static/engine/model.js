/**
 * The model: one ONNX file and its card, run by ONNX Runtime.
 *
 * @module
 */

import { SIDE } from "./glyph.js";

/** @typedef {"uint8" | "float32" | "int64"} Type */
/**
 * What of ONNX Runtime is used: onnxruntime-web and onnxruntime-node both have it.
 *
 * @typedef {object} Ort
 * @property {{create(model: Uint8Array): Promise<Session>}} InferenceSession
 * @property {new (type: Type, data: any, shape: number[]) => object} Tensor
 */
/**
 * @typedef {object} Session
 * @property {readonly string[]} inputNames
 * @property {readonly string[]} outputNames
 * @property {(feeds: any) => Promise<any>} run
 */
/**
 * A model's card: what it expects, how sure it is.
 *
 * @typedef {object} Card
 * @property {{shape: number[], dtype: "uint8" | "float32", scale: number}} input Shape of one glyph
 *   as the model wants it; what glyphs, 0..255, are multiplied by.
 * @property {"logits" | "probabilities"} output
 * @property {number} temperature Logits are divided by it.
 * @property {number} reject_below A digit of lower confidence, 0..1, is no digit.
 */

export const DIGITS = 10;
// Glyphs per run: larger batches fall out of the processor's cache and are slower per glyph.
const BATCH = 64;
// The least float32 that has all its bits.
const TINY = 2 ** -126;

/** A digit classifier. */
export class Model {
  /**
   * @param {Ort} ort
   * @param {Session} session
   * @param {Card} card
   */
  constructor(ort, session, card) {
    this.ort = ort;
    this.session = session;
    this.card = card;
  }

  /**
   * Loads a model, and sees that it runs: its first run takes the longest.
   *
   * @param {Ort} ort
   * @param {Uint8Array} content Of the ONNX file.
   * @param {Card} card
   */
  static async load(ort, content, card) {
    const model = new Model(ort, await ort.InferenceSession.create(content), card);
    await model.classify([new Uint8Array(SIDE * SIDE)]);
    return model;
  }

  /**
   * Returns calibrated probabilities.
   *
   * @param {Uint8Array[]} glyphs 28x28 levels each, white on black.
   * @returns {Promise<Float32Array[]>} Ten for each glyph; what they lack to 1 is the
   *   probability of "no digit".
   */
  async classify(glyphs) {
    const shares = [];
    for (let at = 0; at < glyphs.length; at += BATCH) {
      shares.push(...(await this.#run(glyphs.slice(at, at + BATCH))));
    }
    return shares;
  }

  /**
   * @param {Uint8Array[]} glyphs
   * @returns {Promise<Float32Array[]>}
   */
  async #run(glyphs) {
    const { input, output, temperature } = this.card;
    const levels = new Uint8Array(glyphs.length * SIDE * SIDE);
    glyphs.forEach((glyph, i) => levels.set(glyph, i * SIDE * SIDE));
    const batch =
      input.dtype === "uint8" ? levels : Float32Array.from(levels, (level) => level * input.scale);
    const tensor = new this.ort.Tensor(input.dtype, batch, [glyphs.length, ...input.shape]);
    const [name, answer] = [this.session.inputNames[0], this.session.outputNames[0]];
    /** @type {{data: Float32Array}} */
    const { data } = (await this.session.run({ [name]: tensor }))[answer];
    const classes = data.length / glyphs.length;
    return glyphs.map((_, i) => {
      const own = data.subarray(i * classes, (i + 1) * classes);
      const logits = output === "logits" ? own : own.map((v) => Math.log(Math.max(v, TINY)));
      return softmax(logits.map((logit) => logit / temperature)).subarray(0, DIGITS);
    });
  }
}

/**
 * Returns probabilities.
 *
 * @param {Float32Array} logits
 */
export function softmax(logits) {
  const most = Math.max(...logits);
  const grown = logits.map((logit) => Math.exp(logit - most));
  const sum = grown.reduce((total, value) => total + value, 0);
  return grown.map((value) => value / sum);
}
