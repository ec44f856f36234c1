/**
 * Pictures from outside: opened, dropped, pasted.
 *
 * @module
 */

import { ReadError } from "./errors.js";

/** @typedef {import("./sheet.js").Picture} Picture */

/**
 * Decodes a picture, upright, with its colours as they are in the file.
 *
 * @param {Blob} file
 */
export async function decode(file) {
  try {
    return await createImageBitmap(file, {
      imageOrientation: "from-image",
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch {
    throw new ReadError("picture");
  }
}

/**
 * Takes a file as a picture, also of a kind that only the server can open.
 *
 * @param {File} file
 * @returns {Promise<Picture>}
 */
export async function pictureOf(file) {
  return { file, name: file.name, bitmap: await decode(file).catch(() => null) };
}

/**
 * Takes pictures by every way into the page.
 *
 * @param {HTMLInputElement[]} inputs
 * @param {HTMLElement} sign Shown while a file is over the page.
 * @param {(file: File) => void} take
 */
export function takePictures(inputs, sign, take) {
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) take(file);
      input.value = ""; // the same file may be chosen again
    });
  }
  addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file) take(file);
  });
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    sign.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) sign.hidden = true;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    sign.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}
