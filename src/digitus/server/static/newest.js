/**
 * Reading while something changes: one reading at a time, and only of what is still wanted.
 *
 * @module
 */

/**
 * Returns a function that takes things to be read, in the order in which they are.
 *
 * @template T
 * @param {(wanted: T) => Promise<void>} work Must not fail.
 * @param {(newer: T, older: T) => boolean} replaces Whether what waits need not be read any more.
 * @returns {(wanted: T) => void}
 */
export function newest(work, replaces) {
  /** @type {T[]} */
  let waiting = [];
  let busy = false;

  async function next() {
    if (busy || !waiting.length) return;
    busy = true;
    await work(/** @type {T} */ (waiting.shift()));
    busy = false;
    next();
  }

  return (newer) => {
    waiting = [...waiting.filter((older) => !replaces(newer, older)), newer];
    next();
  };
}
