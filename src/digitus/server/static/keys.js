/**
 * The keyboard: shortcuts, and the list of them on the page.
 *
 * @module
 */

import { byId, make } from "./dom.js";
import { say } from "./language.js";

/** @typedef {import("./language.js").Word} Word */
/**
 * @typedef {object} Shortcut
 * @property {string[]} keys As `spell` writes them; the first one is shown.
 * @property {Word} word What it does.
 * @property {() => boolean | void} run Returns false where the browser shall do what it always does.
 */

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/**
 * Listens to shortcuts.
 *
 * @param {Shortcut[]} shortcuts
 */
export function startKeys(shortcuts) {
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const spelled = spell(event);
    const shortcut = shortcuts.find(({ keys }) => keys.includes(spelled));
    if (shortcut && shortcut.run() !== false) event.preventDefault();
  });
}

/**
 * Shows them on the page; pasting needs no code of ours.
 *
 * @param {Shortcut[]} shortcuts
 */
export function showKeys(shortcuts) {
  const all = [...shortcuts, { keys: ["Ctrl+V"], word: /** @type {Word} */ ("keyPaste") }];
  const rows = all.map(({ keys, word }) => {
    const shown = keys[0]
      .replace("Ctrl", apple ? "⌘" : say("keyControl"))
      .replace("Shift", say("keyShift"))
      .replace("Delete", say("keyDelete"));
    return make("div", "", make("dt", "", make("kbd", "", shown)), make("dd", "", say(word)));
  });
  byId("keys", HTMLElement).replaceChildren(...rows);
}

/** @param {KeyboardEvent} event */
function spell({ key, ctrlKey, metaKey, shiftKey }) {
  const modifiers = (ctrlKey || metaKey ? "Ctrl+" : "") + (shiftKey ? "Shift+" : "");
  return modifiers + (key.length === 1 ? key.toUpperCase() : key);
}
