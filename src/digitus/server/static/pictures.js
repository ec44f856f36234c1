/**
 * Pictures from outside: opened, dropped, pasted.
 *
 * @module
 */

import { ReadError } from "./errors.js";

/** @typedef {import("./sheet.js").Picture} Picture */

// Pixels of the longer side of a picture on the screen.
const SHOWN = 1440;

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
  const whole = await decode(file).catch(() => null);
  return { file, name: file.name, bitmap: whole && (await forShowing(whole)) };
}

/**
 * Returns a bitmap that is no larger than screens need: a photo has four bytes a pixel.
 *
 * @param {ImageBitmap} whole
 */
async function forShowing(whole) {
  const { width, height } = whole;
  const scale = SHOWN / Math.max(width, height);
  if (scale >= 1) return whole;
  const small = await createImageBitmap(whole, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "high",
  });
  whole.close();
  return small;
}

/**
 * Takes pictures by every way into the page.
 *
 * @param {HTMLInputElement[]} inputs
 * @param {HTMLElement} sign Shown while a file is over the page.
 * @param {(file: File, count: number) => void} take Is told the first one, and of how many.
 */
export function takePictures(inputs, sign, take) {
  /** @param {FileList | null | undefined} files */
  const first = (files) => {
    if (files?.length) take(files[0], files.length);
  };
  for (const input of inputs) {
    input.addEventListener("change", () => {
      first(input.files);
      input.value = ""; // the same file may be chosen again
    });
  }
  addEventListener("paste", (event) => {
    first(event.clipboardData?.files);
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
    first(event.dataTransfer?.files);
  });
}
