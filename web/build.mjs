/**
 * Makes the site that any file host can serve: the app, its engine, its model and ONNX Runtime's
 * WebAssembly, which is taken from node_modules as it is.
 *
 *     node build.mjs [FOLDER]
 *
 * writes it to the folder, or to `dist`; what an earlier build left there goes.
 */

import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const core = join(here, "../src/digitus");
const ort = join(here, "node_modules/onnxruntime-web/dist");
const dist = resolve(process.argv[2] ?? join(here, "dist"));
// For the processor alone.
const ORT = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
const MODEL = [
  "digitus.onnx",
  "digitus.json",
  "finder.onnx",
  "spacing.json",
  "transcriber.onnx",
];
// The description of the HTTP API is not here.
const SERVER_ONLY = ["server.css"];

// What is no build of the site is somebody's, and stays.
if (existsSync(dist) && readdirSync(dist).length && !existsSync(join(dist, "files.js"))) {
  throw new Error(`${dist} holds something else: name an empty folder`);
}
rmSync(dist, { recursive: true, force: true });
cpSync(join(core, "server/static"), dist, {
  recursive: true,
  filter: (path) => !SERVER_ONLY.some((name) => path.endsWith(name)),
});
for (const name of ORT) cpSync(join(ort, name), join(dist, "vendor/ort", name));
for (const name of MODEL) cpSync(join(core, "models", name), join(dist, "model", name));

// As digitus.server.pages writes it; `./` is the index.
const files = readdirSync(dist, { recursive: true })
  .map((path) => String(path).replaceAll("\\", "/"))
  .filter((path) => statSync(join(dist, path)).isFile())
  .sort();
const version = createHash("sha256");
for (const path of files) version.update(createHash("sha256").update(readFileSync(join(dist, path))).digest());
const site = {
  version: version.digest("hex").slice(0, 16),
  api: false,
  files: files.filter((path) => path !== "index.html"),
};
writeFileSync(join(dist, "files.js"), `const site = ${JSON.stringify(site)};\n`);
console.log(`${files.length} files in ${dist}, version ${site.version}`);
