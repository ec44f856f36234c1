/**
 * The service worker: keeps all files of the app, so that it starts without a network.
 *
 * `files.js` names the files and the version, which changes with any of them; browsers look at it
 * again at each visit, and begin anew here where it has changed.
 */

/// <reference lib="webworker" />

importScripts("files.js");

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PREFIX = "digitus-";
const CACHE = PREFIX + site.version;
/** @param {string} file */
const address = (file) => new URL(file, worker.registration.scope).href;
const KEPT = new Set(["./", "files.js", ...site.files].map(address));

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const [url] = request.url.split("#"); // icons are named by what follows
  if (request.method === "GET" && KEPT.has(url)) event.respondWith(kept(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  // Asked for again: what the browser has cached may be of another version.
  await cache.addAll([...KEPT].map((file) => new Request(file, { cache: "no-cache" })));
  await worker.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {Request} request */
async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url)) ?? fetch(request);
}
