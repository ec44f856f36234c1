/**
 * The way through: page -> ink -> layout -> model -> reading.
 *
 * It knows no browser: whoever makes a reader brings ONNX Runtime and the files of the models.
 *
 * @module
 */

import { bridged } from "./bridging.js";
import { layOverPaper } from "./colours.js";
import { agreed } from "./consensus.js";
import { DigitusError } from "./errors.js";
import { Finder } from "./finder.js";
import { cutGlyph } from "./glyph.js";
import { arrange } from "./grouping.js";
import { cutOut } from "./grey.js";
import { findInk } from "./ink.js";
import { digitCandidates } from "./layout.js";
import { Model } from "./model.js";
import { argmax, round } from "./planes.js";
import { reached } from "./reaching.js";
import { digitOf, numberOf } from "./reading.js";
import { Transcriber } from "./transcriber.js";
import { turned, turnedBack, upright } from "./turning.js";

/** @typedef {import("./consensus.js").Agreed} Agreed */
/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./model.js").Ort} Ort */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./reading.js").Digit} Digit */
/** @typedef {import("./reading.js").Reading} Reading */
/** @typedef {import("./spacing.js").Weights} Weights */
/** @typedef {import("./turning.js").Degrees} Degrees */
/** @typedef {"digit" | "numbers"} Expect */
/** @typedef {(name: string) => Promise<Uint8Array>} Files Gives what is in a file. */
/**
 * What only pages of several digits need.
 *
 * @typedef {{finder: Finder, spacing: Weights, transcriber: Transcriber}} ForPages
 */

// A page of so many pixels at most (a drawing, a webcam's picture) is looked at for a single digit
// first, which takes a tenth of the finder's time; but not where it is so much wider than high.
const SMALL_PIXELS = 400_000;
const WIDE = 2;
// It is one digit where that is so sure, and no other can lie beside it.
const SURE = 0.9;
// Larger pages are hardly cut to the digit: what is as high as they are may be a whole column.
const CUT_PIXELS = 100_000;
// The finder overlooks a digit only where it is as high as this part of the page.
const HIGH = 0.5;
// The only digit of a page that is less sure is none, if what is cut out there is no digit by itself.
const LONE = 0.7;
// Paper around a digit of a page that is looked at with it, in its longer sides.
const PAPER = 0.15;
// More pixels are rather a mistake than handwriting; fewer cannot tell ten digits apart.
const MAX_PIXELS = 100_000_000;
const MIN_SIDE = 8;
// What Python calls pixels without a file; the app knows the name.
const SOURCE = "<array>";

const { ceil, floor, max, min } = Math;

/** Reads pictures. */
export class Reader {
  /** @type {Promise<ForPages> | null} */ #loading = null;

  /**
   * @param {Ort} ort
   * @param {Files} files
   * @param {Model} model
   */
  constructor(ort, files, model) {
    this.ort = ort;
    this.files = files;
    this.model = model;
  }

  /**
   * Makes a reader of digits; what pages need besides, it loads with the first one.
   *
   * @param {Ort | Promise<Ort>} ort
   * @param {Files} files Asked for digitus.onnx, digitus.json, finder.onnx, spacing.json and
   *   transcriber.onnx.
   */
  static async load(ort, files) {
    const contents = ["digitus.onnx", "digitus.json"].map((name) => files(name));
    const [runtime, content, card] = await Promise.all([ort, ...contents]);
    return new Reader(runtime, files, await Model.load(runtime, content, parsed(card)));
  }

  /**
   * Reads a picture.
   *
   * @param {Page} page
   * @param {Expect} [expect] ``numbers``: any numbers; ``digit``: the whole picture is one digit,
   *   or none.
   * @param {boolean} [glance] Whether to read only what is told at a glance: a single digit.
   * @returns {Promise<Reading | null>} What was read; without numbers where the picture holds no
   *   digit. Null where it is not told at a glance.
   */
  async read(page, expect = "numbers", glance = false) {
    check(page, expect);
    const opaque = layOverPaper(page);
    const found = await this.#found(opaque, expect, glance);
    if (!found) return null;
    const { one, places, rotation } = found;
    // Where the finder was asked, too, the digit is no surer than it: a ring is like a 0.
    const sure = min(...[one, ...places].map((digit) => digit?.confidence ?? 1));
    const read = one
      ? [{ digits: [one], confidence: sure }]
      : await this.#numbers(places, turned(opaque, rotation));
    const numbers = read.map(({ digits, confidence }) => {
      const back = digits.map((one) => ({ ...one, box: turnedBack(one.box, rotation, page) }));
      return numberOf(back, confidence);
    });
    const { width, height } = page;
    return { source: SOURCE, page: 1, width, height, rotation, numbers, error: null };
  }

  /**
   * Reads the numbers of a page of several digits.
   *
   * @param {Digit[]} places Where they stand, as the finder reads them, in no order.
   * @param {Page} page Upright.
   */
  async #numbers(places, page) {
    /** @type {Agreed[]} */
    const numbers = [];
    if (!places.length) return numbers;
    const { spacing, transcriber } = await this.#forPages();
    /** @type {(boxes: Box[], room: [number, number]) => ReturnType<Transcriber["spell"]>} */
    const spell = (boxes, room) => transcriber.spell(page, boxes, room);
    for (const line of arrange(places, page, spacing)) {
      for (const { digits, whole, room } of await bridged(line, spell)) {
        const transcript = await reached(digits.map(({ box }) => box), room, page, spell);
        const number = agreed(digits, whole, transcript, page.width);
        if (number) numbers.push(number);
      }
    }
    const doubtful = doubtfulOf(numbers);
    return !doubtful || (await this.#one(cutOut(page, around(doubtful.box, page)))) ? numbers : [];
  }

  /**
   * Finds the one digit of a page, or where several stand.
   *
   * @param {Page} page
   * @param {Expect} expect
   * @param {boolean} glance
   * @returns {Promise<{one: Digit | null, places: Digit[], rotation: Degrees} | null>} The one
   *   digit, if there is just one; the places of any number, as the finder reads them, if it was
   *   asked; and by how much the page has to be turned clockwise to have them there. Null where it
   *   is not told at a glance.
   */
  async #found(page, expect, glance) {
    const small = page.width * page.height <= SMALL_PIXELS && page.width < WIDE * page.height;
    const first = small || expect === "digit" ? await this.#one(page) : null;
    if (first?.alone || expect === "digit") {
      return { one: first?.digit ?? null, places: [], rotation: 0 };
    }
    if (glance) {
      this.#forPages().catch(() => {}); // it will be wanted soon
      return null;
    }
    const places = await this.#places(page);
    if (places.length < 2) {
      // A page of one digit is read as such: with all its doubtful strokes.
      const one = small ? first : await this.#one(page);
      if (one && (places.length || fills(one.digit.box, page))) {
        return { one: one.digit, places, rotation: 0 };
      }
    }
    const { digits, rotation } = await upright(page, places, (turned) => this.#places(turned));
    return { one: null, places: digits, rotation };
  }

  /**
   * Finds the digits of a page of numbers.
   *
   * @param {Page} page
   */
  async #places(page) {
    const { finder } = await this.#forPages();
    const found = await finder.find(page);
    return found.map(({ box, shares }) => digitOf(shares, inside(box, page)));
  }

  /** Returns what pages need; what failed to load is asked for again. */
  #forPages() {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** @returns {Promise<ForPages>} */
  async #load() {
    const names = ["finder.onnx", "spacing.json", "transcriber.onnx"];
    const [found, spacing, spelt] = await Promise.all(names.map((name) => this.files(name)));
    return {
      finder: await Finder.load(this.ort, found),
      spacing: parsed(spacing),
      transcriber: await Transcriber.load(this.ort, spelt),
    };
  }

  /**
   * Reads the one digit of a picture: the likeliest piece of ink, if it is any.
   *
   * @param {Page} page
   * @returns {Promise<{digit: Digit, alone: boolean} | null>} What was read, and whether it is sure
   *   and no other can lie beside it.
   */
  async #one(page) {
    const found = findInk(page).flatMap((ink) =>
      digitCandidates(ink).map((candidate) => ({ candidate, ink })),
    );
    if (!found.length) return null;
    const glyphs = found.map(({ candidate }) => cutGlyph(candidate.values));
    const shares = await this.model.classify(glyphs);
    const best = argmax(
      found.map(({ candidate }, i) => Math.max(...shares[i]) * candidate.plausibility),
    );
    const { candidate, ink } = found[best];
    const [left, top, right, bottom] = candidate.box.map((side) => side * ink.scale);
    const box = inside([left, top, right, bottom], page);
    const digit = digitOf(shares[best], box);
    if (digit.confidence < this.#bar(candidate.plausibility)) return null;
    const free = page.width * page.height <= CUT_PIXELS || box[3] - box[1] < page.height;
    const alone = free && digit.confidence >= SURE && ink.alone(candidate.box);
    return { digit, alone };
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
 * Rounds a box to whole pixels of the page, one at least each way.
 *
 * @param {Box} box
 * @param {Page} page
 * @returns {Box}
 */
function inside(box, { width, height }) {
  const left = min(max(0, floor(box[0])), width - 1);
  const top = min(max(0, floor(box[1])), height - 1);
  const [right, bottom] = [min(ceil(box[2]), width), min(ceil(box[3]), height)];
  return [left, top, max(right, left + 1), max(bottom, top + 1)];
}

/**
 * Tells whether a digit is so large for its page that the finder may have overlooked it.
 *
 * @param {Box} box
 * @param {Page} page
 */
function fills([, top, , bottom], { height }) {
  return bottom - top >= HIGH * height;
}

/**
 * Returns a box and a little of the paper around it.
 *
 * @param {Box} box
 * @param {Page} page
 */
function around([left, top, right, bottom], page) {
  const away = round(PAPER * max(right - left, bottom - top));
  return inside([left - away, top - away, right + away, bottom + away], page);
}

/**
 * Returns the only digit that was read, if it is not sure.
 *
 * @param {Agreed[]} numbers
 */
function doubtfulOf(numbers) {
  const [number] = numbers;
  if (numbers.length !== 1 || number.digits.length !== 1 || number.confidence >= LONE) return null;
  return number.digits[0];
}

/**
 * Reads a JSON file.
 *
 * @param {Uint8Array} content
 */
function parsed(content) {
  return JSON.parse(new TextDecoder().decode(content));
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
