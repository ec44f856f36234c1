/**
 * Reading by the server that the page came from.
 *
 * @module
 */

import { ReadError } from "./errors.js";

/** @typedef {import("./reader.js").Reading} Reading */

// In memory alone: it is asked for again at the next visit.
let key = "";

/** @param {string} given The API key for all calls to come. */
export function useKey(given) {
  key = given;
}

/**
 * Sends a picture to the server.
 *
 * @type {import("./reader.js").Read}
 */
export async function readRemote(picture, { expect }) {
  const body = picture instanceof Blob ? picture : await png(picture);
  const type = body.type.startsWith("image/") ? body.type : "application/octet-stream";
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": type };
  if (key) headers.Authorization = `Bearer ${key}`;
  /** @type {Response} */
  let response;
  try {
    response = await fetch(`v1/read?expect=${expect}`, { method: "POST", headers, body });
  } catch {
    throw new ReadError("offline");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer.readings[0];
  const kind = String(answer.type ?? "").replace(/^.*#/, "");
  throw new ReadError(kind || "offline", answer.detail ?? response.statusText);
}

/** @param {ImageData} picture */
async function png(picture) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
