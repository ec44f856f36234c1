/**
 * Reading in the browser: the engine in a thread of its own.
 *
 * @module
 */

import { ReadError } from "./errors.js";
import { decode } from "./pictures.js";

/** @typedef {import("./reader.js").Read} Read */
/** @typedef {import("./reader.js").Reading} Reading */
/** @typedef {{resolve: (reading: Reading | null) => void, reject: (error: Error) => void}} Waiting */

/**
 * Starts the engine.
 *
 * @returns {Promise<Read>} Once it reads.
 */
export function startLocal() {
  const worker = new Worker(new URL("engine/worker.js", import.meta.url), { type: "module" });
  /** @type {Map<number, Waiting>} */
  const waiting = new Map();
  let calls = 0;

  /** @type {Read} */
  async function read(picture, { expect, glance }) {
    const { data, width, height } = picture instanceof Blob ? await pixels(picture) : picture;
    const id = calls++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, pixels: data, width, height, expect, glance });
    });
  }

  return new Promise((started, failed) => {
    worker.addEventListener("error", () => failed(new Error("the engine does not start")));
    worker.addEventListener("message", ({ data }) => {
      if (data.ready) return started(read);
      if (data.ready === false) return failed(new Error(data.error.message));
      const call = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error) call?.reject(new ReadError(data.error.type, data.error.message));
      else call?.resolve(data.reading);
    });
  });
}

/** @param {Blob} file */
async function pixels(file) {
  const bitmap = await decode(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return /** @type {OffscreenCanvasRenderingContext2D} */ (context).getImageData(
    0,
    0,
    canvas.width,
    canvas.height,
  );
}
