/**
 * The reader in a thread of its own: a module worker that answers messages.
 *
 * It says `{ready: true}` when it reads digits, or `{ready: false, error}`; what only pages of
 * several need, it loads when the first one comes. A message
 * `{id, pixels, width, height, expect, glance}` is answered with `{id, reading}` or `{id, error}`.
 *
 * @module
 */

import { Reader } from "./reader.js";

/** @typedef {import("./reader.js").Expect} Expect */
/**
 * @typedef {object} Request
 * @property {number} id
 * @property {Uint8ClampedArray} pixels Red, green, blue and alpha of each pixel, upright.
 * @property {number} width
 * @property {number} height
 * @property {Expect} expect
 * @property {boolean} [glance]
 */

const ORT = new URL("../vendor/ort/", import.meta.url);
const MODEL = new URL("../model/", import.meta.url);

const reader = Reader.load(runtime(), fetched);
reader.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ ready: false, error: described(error) }),
);

addEventListener("message", async (/** @type {MessageEvent<Request>} */ { data }) => {
  const { id, pixels, width, height, expect, glance } = data;
  try {
    const reading = await (await reader).read({ data: pixels, width, height }, expect, glance);
    postMessage({ id, reading });
  } catch (error) {
    postMessage({ id, error: described(error) });
  }
});

async function runtime() {
  const ort = await import(new URL("ort.wasm.min.mjs", ORT).href);
  ort.env.wasm.wasmPaths = ORT.href;
  ort.env.wasm.numThreads = 1; // more would need a page that is isolated from all others
  return ort;
}

/** @param {string} name */
async function fetched(name) {
  const response = await fetch(new URL(name, MODEL));
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new Error(`${name} is not there (${response.status}): build the app anew`);
}

/** @param {unknown} error */
function described(error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { type: name, message };
}
