/**
 * Connected components of a mask, as horizontal runs.
 *
 * @module
 */

/** @typedef {import("./planes.js").Mask} Mask */
/** @typedef {import("./planes.js").FloatPlane} FloatPlane */

/**
 * @typedef {object} Runs
 * @property {Int32Array} row Row of each run.
 * @property {Int32Array} start First column of each run.
 * @property {Int32Array} end Column after the last of each run.
 */

/** The 8-connected components of a mask, and the horizontal runs they consist of. */
export class Components {
  /**
   * @param {Runs} runs
   * @param {Int32Array} label Component of each run, 0 .. length - 1.
   * @param {Int32Array} boxes Left, top, right, bottom of each component, one after the other.
   * @param {Int32Array} areas Pixels of each component.
   */
  constructor(runs, label, boxes, areas) {
    this.runs = runs;
    this.label = label;
    this.boxes = boxes;
    this.areas = areas;
  }

  /** Number of components. */
  get length() {
    return this.areas.length;
  }

  /** @param {number} index */
  width(index) {
    return this.boxes[4 * index + 2] - this.boxes[4 * index];
  }

  /** @param {number} index */
  height(index) {
    return this.boxes[4 * index + 3] - this.boxes[4 * index + 1];
  }

  /** Longer side of the box of each component. */
  get sides() {
    return Int32Array.from(this.areas, (_, i) => Math.max(this.width(i), this.height(i)));
  }

  /**
   * Stroke width of each component.
   *
   * A stroke is as long as it has runs, or, where it lies flat, as its box is wide.
   */
  get thickness() {
    const runs = new Int32Array(this.length);
    for (const label of this.label) runs[label]++;
    return Float64Array.from(this.areas, (area, i) => area / Math.max(runs[i], this.width(i)));
  }

  /**
   * Returns the chosen components, numbered anew.
   *
   * @param {(index: number) => boolean} chosen
   */
  only(chosen) {
    const kept = Array.from(this.areas.keys()).filter(chosen);
    const renamed = new Int32Array(this.length).fill(-1);
    kept.forEach((old, index) => (renamed[old] = index));
    const { row, start, end } = this.runs;
    const keep = Array.from(this.label.keys()).filter((run) => renamed[this.label[run]] >= 0);
    return new Components(
      {
        row: Int32Array.from(keep, (run) => row[run]),
        start: Int32Array.from(keep, (run) => start[run]),
        end: Int32Array.from(keep, (run) => end[run]),
      },
      Int32Array.from(keep, (run) => renamed[this.label[run]]),
      Int32Array.from(kept.flatMap((old) => [...this.boxes.subarray(4 * old, 4 * old + 4)])),
      Int32Array.from(kept, (old) => this.areas[old]),
    );
  }

  /**
   * Sums values over each component.
   *
   * @param {FloatPlane} values Of the shape of the mask.
   */
  sums({ data, width }) {
    const { row, start, end } = this.runs;
    const sums = new Float64Array(this.length);
    for (let run = 0; run < row.length; run++) {
      let sum = 0;
      const last = row[run] * width + end[run];
      for (let at = row[run] * width + start[run]; at < last; at++) sum += data[at];
      sums[this.label[run]] += sum;
    }
    return sums;
  }

  /**
   * Draws all components: 0 outside, 1 .. length on the pixels of each.
   *
   * @param {number} width
   * @param {number} height
   * @returns {import("./planes.js").Plane<Int32Array>}
   */
  labels(width, height) {
    const { row, start, end } = this.runs;
    const data = new Int32Array(width * height);
    for (let run = 0; run < row.length; run++) {
      data.fill(this.label[run] + 1, row[run] * width + start[run], row[run] * width + end[run]);
    }
    return { data, width, height };
  }

  /**
   * Draws the chosen components, or a window that holds all of them.
   *
   * @param {(index: number) => unknown} chosen
   * @param {number} width Of the window.
   * @param {number} height Of the window.
   * @param {number} [left] Of the window.
   * @param {number} [top] Of the window.
   * @returns {Mask}
   */
  mask(chosen, width, height, left = 0, top = 0) {
    const { row, start, end } = this.runs;
    const data = new Uint8Array(width * height);
    for (let run = 0; run < row.length; run++) {
      if (!chosen(this.label[run])) continue;
      const line = (row[run] - top) * width - left;
      data.fill(1, line + start[run], line + end[run]);
    }
    return { data, width, height };
  }
}

/**
 * Finds the 8-connected components of a mask, ordered by their first run.
 *
 * @param {Mask} mask
 */
export function findComponents(mask) {
  const runs = findRuns(mask);
  const { row, start, end } = runs;
  const { label, count } = labelRuns(runs);
  const boxes = new Int32Array(4 * count);
  const areas = new Int32Array(count);
  for (let run = 0; run < row.length; run++) {
    const at = 4 * label[run];
    if (!areas[label[run]]) boxes.set([start[run], row[run], end[run], 0], at);
    areas[label[run]] += end[run] - start[run];
    boxes[at] = Math.min(boxes[at], start[run]);
    boxes[at + 2] = Math.max(boxes[at + 2], end[run]);
    boxes[at + 3] = row[run] + 1; // runs come row by row
  }
  return new Components(runs, label, boxes, areas);
}

/**
 * Finds the horizontal runs of a mask, row by row.
 *
 * @param {Mask} mask
 * @returns {Runs}
 */
export function findRuns({ data, width }) {
  /** @type {number[]} */ const row = [];
  /** @type {number[]} */ const start = [];
  /** @type {number[]} */ const end = [];
  // Most of a page is paper, which indexOf skips much faster than a loop does.
  for (let at = data.indexOf(1); at >= 0; at = data.indexOf(1, at)) {
    const y = Math.floor(at / width);
    const last = (y + 1) * width;
    row.push(y);
    start.push(at - y * width);
    while (at < last && data[at]) at++;
    end.push(at - y * width);
  }
  return { row: Int32Array.from(row), start: Int32Array.from(start), end: Int32Array.from(end) };
}

/**
 * Numbers the runs by the component they belong to, in order of first run.
 *
 * @param {Runs} runs
 */
function labelRuns({ row, start, end }) {
  // The parent of a run is an earlier run of its component; the first one is its own.
  const parent = Int32Array.from(row.keys());
  /** @param {number} run */
  const first = (run) => {
    while (parent[run] !== run) run = parent[run] = parent[parent[run]];
    return run;
  };
  let upper = 0;
  for (let run = 0; run < row.length; run++) {
    // Runs of the row above end before this one begins, but for a shared corner; or meet it.
    while (row[upper] < row[run] - 1 || (row[upper] < row[run] && end[upper] < start[run])) upper++;
    for (let other = upper; row[other] === row[run] - 1 && start[other] <= end[run]; other++) {
      const [a, b] = [first(other), first(run)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const label = new Int32Array(row.length);
  let count = 0;
  for (let run = 0; run < row.length; run++) {
    label[run] = parent[run] === run ? count++ : label[first(run)];
  }
  return { label, count };
}
