/**
 * Takes a reading out of the page: copied or as a file.
 *
 * @module
 */

import { button } from "./dom.js";
import { say } from "./language.js";
import { csvOf, textOf } from "./readings.js";

/** @typedef {import("./reader.js").Reading} Reading */

// How long a button says that it did its work.
const SAID = 1500;

/** Whether the browser lets this page copy: not at an address without encryption. */
export const canCopy = "clipboard" in navigator;

/** @param {Reading} reading */
export async function copy(reading) {
  await navigator.clipboard.writeText(textOf(reading));
  const label = button("copy").querySelector("span");
  if (!label) return;
  label.textContent = say("copied");
  setTimeout(() => (label.textContent = say("copy")), SAID);
}

/** @param {Reading} reading */
export function downloadJson(reading) {
  download("digitus.json", "application/json", `${JSON.stringify(reading, null, 2)}\n`);
}

/** @param {Reading} reading */
export function downloadCsv(reading) {
  download("digitus.csv", "text/csv", csvOf(reading));
}

/**
 * @param {string} name
 * @param {string} type
 * @param {string} content
 */
function download(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
