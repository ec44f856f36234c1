/**
 * The live camera: a dialog that shows and reads what it sees.
 *
 * @module
 */

import { button, byId } from "./dom.js";
import { say } from "./language.js";
import { read } from "./reader.js";
import { textOf } from "./readings.js";

/** @typedef {import("./reader.js").Expect} Expect */

// What is read while the camera looks on has this many pixels a side at most, and is read anew
// after this many milliseconds.
const SIDE = 640;
const PAUSE = 250;

const dialog = byId("live", HTMLDialogElement);
const video = byId("video", HTMLVideoElement);
const seen = byId("seen", HTMLElement);

/**
 * Starts the buttons of the dialog.
 *
 * @param {HTMLInputElement} app Opens the camera app of a phone.
 * @param {(picture: File) => void} take
 */
export function startCamera(app, take) {
  button("stop").addEventListener("click", () => dialog.close());
  button("app").addEventListener("click", () => {
    dialog.close();
    app.click();
  });
  button("take").addEventListener("click", async () => {
    const canvas = frame(Math.max(video.videoWidth, video.videoHeight));
    dialog.close();
    const type = "image/png";
    take(new File([await canvas.convertToBlob({ type })], "camera.png", { type }));
  });
  dialog.addEventListener("close", () => {
    const stream = /** @type {MediaStream | null} */ (video.srcObject);
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  });
}

/**
 * Opens the dialog, or the camera app where pages may not have the camera.
 *
 * @param {HTMLInputElement} app
 * @param {() => Expect} expect
 */
export async function openCamera(app, expect) {
  if (!navigator.mediaDevices) return app.click();
  seen.textContent = "";
  button("take").disabled = true;
  dialog.showModal();
  try {
    const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", ...size },
    });
    await video.play();
  } catch {
    seen.textContent = say("cameraFailed");
    return;
  }
  if (!dialog.open) return dialog.dispatchEvent(new Event("close")); // cancelled while it started
  button("take").disabled = false;
  while (dialog.open) {
    const canvas = frame(SIDE);
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
    const reading = pixels && (await read(pixels, { expect: expect() }).catch(() => null));
    seen.textContent = reading?.numbers.length ? textOf(reading) : "";
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** @param {number} side The longer side, at most. */
function frame(side) {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, side / Math.max(videoWidth, videoHeight));
  const canvas = new OffscreenCanvas(videoWidth * scale, videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}
