/**
 * The API key that some servers want.
 *
 * @module
 */

import { button, byId } from "./dom.js";
import { say } from "./language.js";
import { hasKey, useKey } from "./remote.js";

const dialog = byId("locked", HTMLDialogElement);
// What may stand in a header; browsers send nothing else.
const KEY = /^[!-~]*$/;
const field = byId("key", HTMLInputElement);

/** @param {() => void} again Called when a key was given. */
export function startKey(again) {
  button("keyless").addEventListener("click", () => dialog.close());
  field.addEventListener("input", () => {
    field.setCustomValidity(KEY.test(field.value) ? "" : say("keySigns"));
  });
  dialog.querySelector("form")?.addEventListener("submit", () => {
    useKey(field.value);
    field.value = "";
    again();
  });
}

export function askForKey() {
  if (dialog.open) return;
  byId("wrong", HTMLElement).hidden = !hasKey();
  dialog.showModal();
}
