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
let openings = 0;

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
    end(/** @type {MediaStream | null} */ (video.srcObject));
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
  const mine = ++openings;
  tell("");
  button("take").disabled = true;
  dialog.showModal();
  /** @type {MediaStream | null} */
  let stream = null;
  try {
    const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", ...size },
    });
    // Closed while it started, perhaps opened again.
    if (mine !== openings || !dialog.open) return end(stream);
    video.srcObject = stream;
    await video.play();
  } catch {
    if (mine === openings) tell(say("cameraFailed"));
    return;
  }
  while (video.srcObject === stream) {
    await look(expect());
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** @param {MediaStream | null} stream */
function end(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Reads what the camera sees, once it sees something.
 *
 * @param {Expect} expect
 */
async function look(expect) {
  if (!video.videoWidth) return;
  button("take").disabled = false;
  const canvas = frame(SIDE);
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
  const reading = pixels && (await read(pixels, { expect }).catch(() => null));
  tell(reading?.numbers.length ? textOf(reading) : "");
}

/** @param {string} words */
function tell(words) {
  // Screen readers hear it again whenever it is set.
  if (seen.textContent !== words) seen.textContent = words;
}

/** @param {number} side The longer side, at most. */
function frame(side) {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, side / Math.max(videoWidth, videoHeight));
  const canvas = new OffscreenCanvas(videoWidth * scale, videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}
