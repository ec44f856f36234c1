/**
 * Reading while something changes: one reading at a time, and always of the newest.
 *
 * @module
 */

/**
 * Returns a function that takes the newest thing to be read.
 *
 * @template T
 * @param {(wanted: T) => Promise<void>} work Must not fail.
 * @returns {(wanted: T) => void}
 */
export function newest(work) {
  /** @type {T[]} */
  let wanted = [];
  let busy = false;

  async function next() {
    if (busy || !wanted.length) return;
    busy = true;
    await work(/** @type {T} */ (wanted.pop()));
    busy = false;
    next();
  }

  return (one) => {
    wanted = [one];
    next();
  };
}
