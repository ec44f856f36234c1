/**
 * Reading, by whichever of two ways there is: in the browser, or by the server.
 *
 * @module
 */

import { startLocal } from "./local.js";
import { readRemote } from "./remote.js";
import { ReadError } from "./errors.js";

/** @typedef {"digit" | "numbers"} Expect */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Box */
/** @typedef {0 | 90 | 180 | 270} Rotation Clockwise, for the page to stand upright. */
/** @typedef {{digit: number, confidence: number}} Alternative */
/** @typedef {Alternative & {box: Box, alternatives: Alternative[]}} Digit */
/** @typedef {{text: string, confidence: number, box: Box, digits: Digit[]}} WholeNumber */
/**
 * As the server's API describes it.
 *
 * @typedef {object} Reading
 * @property {string} source
 * @property {number} page
 * @property {number} width
 * @property {number} height
 * @property {Rotation} rotation
 * @property {WholeNumber[]} numbers
 * @property {{type: string, message: string} | null} error
 */
/**
 * At a glance the engine reads only a single digit, and else gives null; the server reads all.
 *
 * @typedef {{expect: Expect, glance?: boolean}} Options
 */
/** @typedef {(picture: ImageData | Blob, options: Options) => Promise<Reading | null>} Read */
/** @typedef {"device" | "server" | "starting" | "offline"} Place */

/** Whether the engine came with the page: not with a server that reads itself. */
export const readsHere = site.files.includes("vendor/ort/ort.wasm.min.mjs");

/** @type {Read | null} */
let local = null;
/** @type {Promise<void> | null} */
let starting = null;

/**
 * Reads a picture.
 *
 * @type {Read}
 */
export async function read(picture, options) {
  if (!site.api) {
    await starting;
    if (!local) throw new ReadError("engine");
  }
  if (local) {
    try {
      return await local(picture, options);
    } catch (error) {
      // The server opens kinds of files that browsers do not.
      if (!(error instanceof ReadError && error.type === "picture" && site.api)) throw error;
    }
  }
  return readRemote(picture, options);
}

/**
 * Starts the reader in the browser, where it can; until then the server reads.
 *
 * @param {Promise<unknown>} before Waited for, whatever comes of it.
 */
export async function startReader(before) {
  const ready = before.catch(() => {});
  if (!readsHere) return;
  starting = ready.then(startLocal).then(
    (started) => {
      local = started;
    },
    () => {}, // too old a browser, or a damaged file
  );
  await starting;
  starting = null;
}

/**
 * Tells where pictures are read.
 *
 * @returns {Place}
 */
export function place() {
  const own = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  if (local || (own && site.api)) return "device";
  if (starting && !site.api) return "starting";
  return site.api && navigator.onLine ? "server" : "offline";
}
