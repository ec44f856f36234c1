/**
 * German and English: the words of the page, and numbers as the language writes them.
 *
 * @module
 */

import { button } from "./dom.js";
import { remember, remembered } from "./settings.js";
import de from "./words/de.js";
import en from "./words/en.js";

/** @typedef {keyof typeof en} Word */

const LANGUAGES = { de, en };

/** @type {keyof typeof LANGUAGES} */
let language = preferred() === "de" ? "de" : "en";

function preferred() {
  return remembered("language") ?? navigator.languages.map((one) => one.slice(0, 2)).find(known);
}

/** @param {string} name */
function known(name) {
  return name in LANGUAGES;
}

/**
 * Returns a text in the language of the page.
 *
 * @param {Word} word
 * @param {Record<string, string | number>} [values] For the places in braces.
 */
export function say(word, values = {}) {
  return LANGUAGES[language][word].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * Returns a confidence in percent, rounded down: only certainty is 100 %.
 *
 * @param {number} share 0 to 1.
 */
export function percent(share) {
  const digits = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const rounded = Math.floor(share * 1000 + 1e-6) / 1000;
  return new Intl.NumberFormat(language, /** @type {Intl.NumberFormatOptions} */ (digits)).format(
    rounded,
  );
}

/** Writes the page in its language: `data-t` is a text, `data-label` a name and a tooltip. */
export function translate() {
  document.documentElement.lang = language;
  button("language").lang = other();
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = say(/** @type {Word} */ (element.getAttribute("data-t")));
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    const words = say(/** @type {Word} */ (element.getAttribute("data-label")));
    element.setAttribute("aria-label", words);
    if (element instanceof HTMLButtonElement) element.title = words;
  }
}

function other() {
  return language === "de" ? "en" : "de";
}

/** Takes the other language, for this visit and the next ones. */
export function switchLanguage() {
  language = other();
  remember("language", language);
  translate();
}
