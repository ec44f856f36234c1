/**
 * The API key that some servers want.
 *
 * @module
 */

import { button, byId } from "./dom.js";
import { useKey } from "./remote.js";

const dialog = byId("locked", HTMLDialogElement);
const field = byId("key", HTMLInputElement);

/** @param {() => void} again Called when a key was given. */
export function startKey(again) {
  button("keyless").addEventListener("click", () => dialog.close());
  dialog.querySelector("form")?.addEventListener("submit", () => {
    useKey(field.value);
    field.value = "";
    again();
  });
}

export function askForKey() {
  if (!dialog.open) dialog.showModal();
}
