/**
 * The service worker: keeps all files of the app, so that it starts without a network.
 *
 * `files.js` names the files and the version, which changes with any of them; browsers look at it
 * again at each visit, and begin anew here where it has changed. A new version waits until the pages
 * of the old one are closed: these load some files late, and must not meet those of another version.
 */

/// <reference lib="webworker" />

importScripts("files.js");

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PREFIX = "digitus-";
const CACHE = PREFIX + site.version;
/** @param {string} file */
const address = (file) => new URL(file, worker.registration.scope).href;
const PAGE = address("./");
const KEPT = new Set([PAGE, address("files.js"), ...site.files.map(address)]);

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = keptUrl(request);
  if (request.method === "GET" && KEPT.has(url)) event.respondWith(kept(url, request));
});

async function install() {
  const cache = await caches.open(CACHE);
  // Asked for again: what the browser has cached may be of another version.
  await cache.addAll([...KEPT].map((file) => new Request(file, { cache: "no-cache" })));
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim(); // at the first visit the page is there before the worker
}

/**
 * Returns under which address the answer to a request is kept, if it is.
 *
 * @param {Request} request
 */
function keptUrl({ mode, url }) {
  const [file] = url.split("#"); // icons are named by what follows
  if (mode !== "navigate") return file;
  // The page has other names, and links to it bring words for others along.
  const [place] = file.split("?");
  return place === address("index.html") ? PAGE : place;
}

/**
 * @param {string} url
 * @param {Request} request
 */
async function kept(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}
