/**
 * What was read, for eyes and for screen readers.
 *
 * @module
 */

import { byId, make } from "./dom.js";
import { percent, say } from "./language.js";
import { confidenceOf, textOf } from "./readings.js";

/** @typedef {import("./language.js").Word} Word */
/** @typedef {import("./reader.js").Alternative} Alternative */
/** @typedef {import("./reader.js").Digit} Digit */
/** @typedef {import("./reader.js").Reading} Reading */
/** @typedef {import("./errors.js").ReadError} ReadError */

// A screen reader hears what stands still, and not every guess at half a digit.
const STILL = 600;
// Longer texts are set smaller.
const LONG = 7;
/** Errors that have words of the page's language; of others the server's own are shown. */
const WORDS = new Map(
  /** @type {[string, Word][]} */ ([
    ["offline", "errorOffline"],
    ["picture", "errorPicture"],
    ["unreadable", "errorPicture"],
    ["UnreadableImage", "errorPicture"],
    ["ImageTooSmall", "errorSmall"],
    ["ImageTooLarge", "errorLarge"],
    ["too-large", "errorLarge"],
    ["slow-upload", "errorUpload"],
    ["too-slow", "errorSlow"],
    ["failed", "errorFailed"],
    ["busy", "errorBusy"],
    ["stopping", "errorBusy"],
    ["no-key", "errorKey"],
    ["engine", "errorEngine"],
  ]),
);

const panel = byId("result", HTMLElement);
const text = byId("text", HTMLElement);
const sure = byId("sure", HTMLElement);
const digits = byId("digits", HTMLElement);
const share = byId("share", HTMLElement);
const retry = byId("retry", HTMLElement);
const said = byId("said", HTMLElement);
let announcement = 0;

/** @param {Reading} reading */
export function showReading(reading) {
  if (!reading.numbers.length) return show("none", say("none"), say("noneMore"));
  const found = textOf(reading);
  const certainty = percent(confidenceOf(reading));
  show("read", found, say("sure", { share: certainty }));
  text.classList.toggle("long", found.length > LONG);
  announce(say("said", { text: found, share: certainty }));
  share.hidden = false;
  digits.replaceChildren(...reading.numbers.flatMap((number) => number.digits.map(card)));
}

export function showEmpty() {
  show("empty", say("empty"), say("emptyMore"));
}

export function showWaiting() {
  show("waiting", say("reading"), "");
}

/** @param {ReadError} error */
export function showError(error) {
  const word = WORDS.get(error.type);
  show("failed", say("failed"), word ? say(word) : error.message);
}

/**
 * @param {string} state
 * @param {string} words
 * @param {string} more
 */
function show(state, words, more) {
  panel.dataset.state = state;
  text.textContent = words;
  text.classList.remove("long");
  sure.textContent = more;
  share.hidden = true;
  retry.hidden = state !== "failed";
  digits.replaceChildren();
  announce(`${words}. ${more}`);
}

/** @param {string} words */
function announce(words) {
  clearTimeout(announcement);
  announcement = setTimeout(() => (said.textContent = words), STILL);
}

/** @param {Digit} digit */
function card(digit) {
  const rows = [bar(digit, "first"), ...digit.alternatives.map((other) => bar(other, "other"))];
  return make("li", "digit", ...rows);
}

/**
 * @param {Alternative} one
 * @param {string} kind
 */
function bar({ digit, confidence }, kind) {
  const filled = make("span", "filled");
  filled.style.width = `${confidence * 100}%`;
  const track = make("span", "track", filled);
  track.setAttribute("aria-hidden", "true");
  const value = make("b", "value", String(digit));
  return make("p", `bar ${kind}`, value, track, make("span", "share", percent(confidence)));
}
