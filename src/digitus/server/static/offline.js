/**
 * The page without a network: kept in the browser, where it can read there.
 *
 * @module
 */

import { readsHere } from "./reader.js";

/** Has a service worker keep the page, or ends one that would keep it in vain. */
export async function keepForOffline() {
  const workers = navigator.serviceWorker;
  if (!workers) return; // not at an address without encryption, but for this machine's own
  if (readsHere) {
    const registration = await workers.register("sw.js", { updateViaCache: "none" });
    const first = registration.installing ?? registration.waiting;
    if (first && !registration.active) await settled(first);
    return;
  }
  // Tomorrow somebody else's server may have the address of this one.
  const scope = new URL("./", location.href).href;
  for (const one of await workers.getRegistrations()) if (one.scope === scope) await one.unregister();
}

/** @param {ServiceWorker} worker */
function settled(worker) {
  return new Promise((done) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated" || worker.state === "redundant") done(worker.state);
    });
  });
}
