/**
 * Reading by the server that the page came from.
 *
 * @module
 */

import { ReadError } from "./errors.js";

/** @typedef {import("./reader.js").Reading} Reading */

// A busy server says when to come back, in seconds; nobody waits longer than this.
const PATIENCE = 5;

// In memory alone: it is asked for again at the next visit.
let key = "";

/** Whether the server was given a key already. */
export function hasKey() {
  return key !== "";
}

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
  let response = await send(body, expect);
  const pause = Number(response.headers.get("Retry-After"));
  if (response.status === 503 && pause <= PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    response = await send(body, expect);
  }
  const answer = await response.json().catch(() => ({}));
  const [reading] = answer.readings ?? [];
  if (reading?.error) throw new ReadError(reading.error.type, reading.error.message);
  if (response.ok && reading) return reading;
  const kind = String(answer.type ?? "").replace(/^.*#/, "");
  throw new ReadError(kind || "offline", answer.detail ?? response.statusText);
}

/**
 * @param {Blob} body
 * @param {import("./reader.js").Expect} expect
 */
async function send(body, expect) {
  const type = body.type.startsWith("image/") ? body.type : "application/octet-stream";
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": type };
  if (key) headers.Authorization = `Bearer ${key}`;
  try {
    return await fetch(`v1/read?expect=${expect}`, { method: "POST", headers, body });
  } catch {
    throw new ReadError("offline");
  }
}

/** @param {ImageData} picture */
async function png(picture) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
