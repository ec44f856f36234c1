/**
 * The way through: page -> ink -> layout -> model -> reading.
 *
 * It knows no browser: whoever makes a reader brings ONNX Runtime, the model and its card.
 *
 * @module
 */

import { layOverPaper } from "./colours.js";
import { DigitusError } from "./errors.js";
import { cutGlyph } from "./glyph.js";
import { findInk } from "./ink.js";
import { digitCandidates, pageCandidates } from "./layout.js";
import { arrange } from "./grouping.js";
import { Model } from "./model.js";
import { argmax, argsort } from "./planes.js";
import { numberOf } from "./reading.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./ink.js").Ink} Ink */
/** @typedef {import("./layout.js").Candidate} Candidate */
/** @typedef {import("./reading.js").Digit} Digit */
/** @typedef {import("./reading.js").Reading} Reading */
/** @typedef {"digit" | "numbers"} Expect */

// Other values less probable than this are not worth naming.
const WORTH_NAMING = 0.005;
const MOST_NAMED = 3;
// How plausible it is that one digit stands alone among ink that is none: letters, a drawing.
const ALONE = 0.6;
// More pixels are rather a mistake than handwriting; fewer cannot tell ten digits apart.
const MAX_PIXELS = 100_000_000;
const MIN_SIDE = 8;

/** Reads pictures with one model. */
export class Reader {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
  }

  /**
   * Makes a reader.
   *
   * @param {import("./model.js").Ort} ort
   * @param {Uint8Array} content Of the ONNX file.
   * @param {import("./model.js").Card} card
   */
  static async load(ort, content, card) {
    return new Reader(await Model.load(ort, content, card));
  }

  /**
   * Reads a picture.
   *
   * @param {Page} page
   * @param {Expect} [expect] ``numbers``: any numbers, each of their digits standing free;
   *   ``digit``: the whole picture is one digit, or none.
   * @returns {Promise<Reading>} What was read; without numbers where the picture holds no digit.
   */
  async read(page, expect = "numbers") {
    check(page, expect);
    const lines = arrange(await this.#see(page, expect));
    return { width: page.width, height: page.height, numbers: lines.flat().map(numberOf) };
  }

  /**
   * Reads the digits of a page, in no order.
   *
   * @param {Page} page
   * @param {Expect} expect
   * @returns {Promise<Digit[]>}
   */
  async #see(page, expect) {
    const inks = findInk(layOverPaper(page));
    let found = expect === "numbers" ? await this.#page(inks) : [];
    // A page of one number of one digit is read as such: with all its doubtful strokes. Where
    // they make no digit, one that stands among them is read if it is sure enough.
    if (found.length < 2) {
      const sure = found.filter(({ confidence }) => confidence >= this.#bar(ALONE));
      const one = await this.#one(inks);
      found = one ? [one] : sure;
    }
    return found.map((digit) => ({ ...digit, box: inside(digit.box, page) }));
  }

  /**
   * Reads the digits of a page, by the explanation that gives the most of them.
   *
   * @param {Ink[]} inks
   * @returns {Promise<Digit[]>}
   */
  async #page(inks) {
    /** @type {Digit[]} */ let best = [];
    for (const ink of inks) {
      // Less than two digits are read as one picture of a digit, see `#see`.
      const candidates = ink.parts.length > 1 ? pageCandidates(ink) : [];
      if (candidates.length < 2) continue;
      const shares = await this.#classify(candidates);
      const found = candidates
        .map((candidate, i) => digitOf(shares[i], candidate, ink.scale))
        .filter(({ confidence }) => confidence >= this.model.card.reject_below);
      if (sureness(found) > sureness(best)) best = found;
    }
    return best;
  }

  /**
   * Reads the one digit of a picture: the likeliest piece of ink, if it is any.
   *
   * @param {Ink[]} inks
   * @returns {Promise<Digit | null>}
   */
  async #one(inks) {
    const found = inks.flatMap((ink) =>
      digitCandidates(ink).map((candidate) => ({ candidate, scale: ink.scale })),
    );
    if (!found.length) return null;
    const shares = await this.#classify(found.map(({ candidate }) => candidate));
    const best = argmax(
      found.map(({ candidate }, i) => Math.max(...shares[i]) * candidate.plausibility),
    );
    const { candidate, scale } = found[best];
    const digit = digitOf(shares[best], candidate, scale);
    return digit.confidence < this.#bar(candidate.plausibility) ? null : digit;
  }

  /** @param {Candidate[]} candidates */
  #classify(candidates) {
    return this.model.classify(candidates.map(({ values }) => cutGlyph(values)));
  }

  /**
   * Returns the confidence from which on a digit is read.
   *
   * What is less plausible by its place must be the surer by its shape.
   *
   * @param {number} plausibility
   */
  #bar(plausibility) {
    return 1 - (1 - this.model.card.reject_below) * plausibility;
  }
}

/**
 * Names the most probable value of a candidate and those worth naming besides.
 *
 * @param {Float32Array} shares Ten probabilities.
 * @param {Candidate} candidate
 * @param {number} scale Pixels of the page per pixel of ink.
 * @returns {Digit}
 */
function digitOf(shares, { box: [left, top, right, bottom] }, scale) {
  const [best, ...others] = argsort(shares.map((share) => -share)).map((digit) => ({
    digit,
    confidence: shares[digit],
  }));
  return {
    ...best,
    box: [left * scale, top * scale, right * scale, bottom * scale],
    alternatives: others
      .slice(0, MOST_NAMED)
      .filter(({ confidence }) => confidence >= WORTH_NAMING),
  };
}

/**
 * Cuts off what rounding carried over the page's border.
 *
 * @param {Digit["box"]} box
 * @param {Page} page
 * @returns {Digit["box"]}
 */
function inside([left, top, right, bottom], { width, height }) {
  return [left, top, Math.min(right, width), Math.min(bottom, height)];
}

/** @param {Digit[]} digits */
function sureness(digits) {
  return digits.reduce((sum, { confidence }) => sum + confidence, 0);
}

/**
 * Sees that the picture has a sane size and the option makes sense.
 *
 * @param {Page} page
 * @param {string} expect
 */
function check({ width, height }, expect) {
  if (expect !== "digit" && expect !== "numbers") {
    const message = `expect=${JSON.stringify(expect)} is not known: say "numbers" or "digit"`;
    throw new DigitusError("InvalidOption", message);
  }
  const size = `The picture has ${width} x ${height} pixels, and `;
  if (width * height > MAX_PIXELS) {
    const most = `digitus reads at most ${MAX_PIXELS / 1e6} megapixels. Scale it down, or cut it.`;
    throw new DigitusError("ImageTooLarge", size + most);
  }
  if (width < MIN_SIDE || height < MIN_SIDE) {
    const least = `a digit needs at least ${MIN_SIDE} x ${MIN_SIDE}. Photograph it larger.`;
    throw new DigitusError("ImageTooSmall", size + least);
  }
}
