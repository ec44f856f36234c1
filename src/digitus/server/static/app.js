/**
 * The page: what happens when.
 *
 * @module
 */

import { openCamera, startCamera } from "./camera.js";
import { button, byId } from "./dom.js";
import { ReadError } from "./errors.js";
import { askForKey, startKey } from "./key.js";
import { showKeys, startKeys } from "./keys.js";
import { say, switchLanguage, translate } from "./language.js";
import { newest } from "./newest.js";
import { keepForOffline } from "./offline.js";
import { Pad } from "./pad.js";
import { Past } from "./past.js";
import { followPen } from "./pen.js";
import { pictureOf, takePictures } from "./pictures.js";
import { showPlace } from "./place.js";
import { read, startReader } from "./reader.js";
import { showEmpty, showError, showReading, showWaiting } from "./result.js";
import { canCopy, copy, downloadCsv, downloadJson } from "./share.js";
import { goesOn, isEmpty, newSheet, paperOf, rasterise, withStroke } from "./sheet.js";
import { startTheme } from "./theme.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./reader.js").Expect} Expect */
/** @typedef {import("./reader.js").Reading} Reading */
/** @typedef {import("./sheet.js").Sheet} Sheet */

// While the pen is down, readings begin this many milliseconds apart: often enough for eyes, and
// seldom enough for a server that reads for others, too.
const PAUSE = 120;
// A network that is said to be there again may take some seconds more.
const RECOVERY = [0, 500, 2000, 5000, 10000, 20000];

const file = byId("file", HTMLInputElement);
const capture = byId("capture", HTMLInputElement);
const timeline = new Timeline();
const pad = new Pad(byId("canvas", HTMLCanvasElement), byId("boxes", HTMLElement));
const past = new Past((sheet) => put(sheet));
const pen = startPen();
/** The sheet on the screen; with the stroke that is being drawn. */
let shown = timeline.sheet;
/** @type {Reading | ReadError | null} */
let answer = null;

const readNewest = newest(async (/** @type {Sheet} */ sheet) => {
  const found = await readSheet(sheet);
  if (!found) return;
  const failed = found instanceof ReadError;
  if (!failed && isToBeNoted(sheet)) release(past.note(sheet, found));
  if (sheet.id !== shown.id || isEmpty(shown)) return;
  answer = found;
  showAnswer();
  if (failed && found.type === "no-key" && sheet === timeline.sheet) askForKey();
}, replaces);

/**
 * What the pen was lifted from is noted down, also where it was cleared meanwhile; where less was
 * undone to, what was written stays.
 *
 * @param {Sheet} sheet
 */
function isToBeNoted(sheet) {
  const noted = past.noted(sheet);
  return timeline.holds(sheet) && !(noted && timeline.holds(noted) && goesOn(sheet, noted));
}

/**
 * What the pen was lifted from is read, unless the pen has gone on there.
 *
 * @param {Sheet} newer
 * @param {Sheet} older
 */
function replaces(newer, older) {
  if (newer === older || !timeline.holds(older)) return true;
  return timeline.holds(newer) && goesOn(older, newer);
}

/**
 * Lets go of the pictures of sheets that nobody can go back to.
 *
 * @param {Sheet[]} sheets
 */
function release(sheets) {
  for (const sheet of sheets) {
    if (!timeline.holds(sheet) && !past.holds(sheet)) sheet.picture?.bitmap?.close();
  }
}

/**
 * Reads a sheet; while the pen is down, only at a glance, so that nothing slow is begun before it is
 * lifted.
 *
 * @param {Sheet} sheet
 */
async function readSheet(sheet) {
  const { picture, strokes } = sheet;
  const options = { expect: expect(), glance: !timeline.holds(sheet) };
  try {
    const reading = await read(picture?.file ?? rasterise(strokes), options);
    return reading && { ...reading, source: picture?.name ?? "drawing" };
  } catch (error) {
    return error instanceof ReadError ? error : new ReadError("failed", String(error));
  }
}

function expect() {
  const checked = document.querySelector("input[name=expect]:checked");
  return /** @type {Expect} */ (/** @type {HTMLInputElement} */ (checked).value);
}

/** @param {Sheet} sheet */
function show(sheet) {
  if (sheet.id !== shown.id) answer = null;
  shown = sheet;
  pad.show(sheet);
  byId("hint", HTMLElement).hidden = !isEmpty(sheet);
  byId("unseen", HTMLElement).hidden = !sheet.picture || sheet.picture.bitmap !== null;
  if (!answer) showAnswer();
}

/** Shows the sheet at which the timeline is, and has it read. */
function refresh() {
  if (isEmpty(timeline.sheet) || timeline.sheet.picture) answer = null;
  show(timeline.sheet);
  button("undo").disabled = !timeline.canUndo;
  button("redo").disabled = !timeline.canRedo;
  button("clear").disabled = isEmpty(shown);
  if (!isEmpty(shown)) readNewest(shown);
}

function showAnswer() {
  pad.mark(answer instanceof ReadError ? null : answer);
  if (answer instanceof ReadError) showError(answer);
  else if (answer) showReading(answer);
  else if (isEmpty(shown)) showEmpty();
  else showWaiting();
}

/**
 * @param {Sheet} sheet
 * @param {string} note
 */
function put(sheet, note = "") {
  release(timeline.add(sheet));
  byId("note", HTMLElement).textContent = note;
  refresh();
}

/**
 * @param {File} chosen
 * @param {number} [count] Of how many.
 */
async function take(chosen, count = 1) {
  put(newSheet(await pictureOf(chosen)), count > 1 ? say("oneOnly", { count }) : "");
}

function retry() {
  answer = null;
  refresh();
}

/**
 * Tells where pictures are read now, and tries again what failed without a network.
 *
 * @param {Event} event
 */
function networkChanged({ type }) {
  showPlace();
  if (type !== "online") return;
  for (const pause of RECOVERY) {
    setTimeout(() => {
      if (answer instanceof ReadError && answer.type === "offline") retry();
    }, pause);
  }
}

/** @param {(reading: Reading) => void} use */
function withReading(use) {
  if (!answer || answer instanceof ReadError || !answer.numbers.length) return false;
  use(answer);
  return true;
}

function undo() {
  if (!pen.breakOff()) timeline.undo();
  refresh();
}

function redo() {
  pen.breakOff();
  timeline.redo();
  refresh();
}

function clear() {
  if (pen.breakOff()) refresh();
  if (!isEmpty(shown)) put(newSheet());
}

function copyUnlessSelected() {
  return canCopy && !String(getSelection()) && withReading(copy);
}

/** @type {import("./keys.js").Shortcut[]} */
const SHORTCUTS = [
  { keys: ["Ctrl+Z"], word: "undo", run: undo },
  { keys: ["Ctrl+Shift+Z", "Ctrl+Y"], word: "redo", run: redo },
  { keys: ["Delete", "Backspace"], word: "clear", run: clear },
  { keys: ["Ctrl+O"], word: "open", run: () => file.click() },
  { keys: ["Ctrl+C"], word: "copy", run: copyUnlessSelected },
  { keys: ["Ctrl+S"], word: "json", run: () => withReading(downloadJson) },
];

function startPen() {
  const width = byId("pen", HTMLInputElement);
  let paper = timeline.sheet;
  let readAt = 0;
  return followPen(pad.canvas, {
    width: () => Number(width.value),
    began: () => (paper = paperOf(timeline.sheet)),
    moved(stroke) {
      show(withStroke(paper, stroke));
      if (performance.now() < readAt + PAUSE) return;
      readAt = performance.now();
      readNewest(shown);
    },
    lifted: (stroke) => put(withStroke(paper, stroke)),
    brokenOff: refresh,
  });
}

function startButtons() {
  const does = { undo, redo, clear, retry, forget: () => release(past.forget()) };
  for (const [id, run] of Object.entries(does)) button(id).addEventListener("click", run);
  button("open").addEventListener("click", () => file.click());
  button("camera").addEventListener("click", () => openCamera(capture, expect));
  button("copy").addEventListener("click", () => withReading(copy));
  button("json").addEventListener("click", () => withReading(downloadJson));
  button("csv").addEventListener("click", () => withReading(downloadCsv));
  button("language").addEventListener("click", () => {
    switchLanguage();
    speak();
  });
  for (const choice of document.querySelectorAll("input[name=expect]")) {
    choice.addEventListener("change", refresh);
  }
}

/** Writes everything that has words. */
function speak() {
  translate();
  showKeys(SHORTCUTS);
  showPlace();
  past.show();
  showAnswer();
}

function start() {
  startTheme(button("theme"), () => {
    pad.draw();
    past.show();
  });
  startButtons();
  startKeys(SHORTCUTS);
  startKey(refresh);
  startCamera(capture, take);
  takePictures([file, capture], byId("drop", HTMLElement), take);
  // The engine takes its files from what is kept then: the first visit loads nothing twice.
  startReader(keepForOffline()).then(showPlace);
  for (const change of ["online", "offline"]) addEventListener(change, networkChanged);
  byId("api", HTMLElement).hidden = !site.api;
  button("copy").hidden = !canCopy;
  speak();
}

start();
