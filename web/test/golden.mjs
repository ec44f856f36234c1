/**
 * Reads pictures with the engine of the browser, under Node.
 *
 *     node golden.mjs FOLDER MODELS
 *
 * FOLDER holds `pictures.json`, a list of `{file, width, height, expect}`, and the files: red,
 * green, blue and alpha of each pixel. MODELS is the folder of the models. The readings are written
 * as one JSON list.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as ort from "onnxruntime-web/wasm";

import { Reader } from "../../src/digitus/server/static/engine/reader.js";

const [folder, models] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
const reader = await Reader.load(ort, (name) => readFile(join(models, name)));
const pictures = JSON.parse(await readFile(join(folder, "pictures.json"), "utf8"));
const readings = [];
for (const { file, width, height, expect } of pictures) {
  const data = new Uint8ClampedArray(await readFile(join(folder, file)));
  readings.push(await reader.read({ data, width, height }, expect));
}
process.stdout.write(JSON.stringify(readings));
