/**
 * Printed lines: rules, squares, borders of boxes and tables, taken out of the ink.
 *
 * @module
 */

import { Components, findComponents, findRuns } from "./components.js";
import { solve } from "./eigen.js";
import { argmax, median, round, transposed } from "./planes.js";

/** @typedef {import("./planes.js").Mask} Mask */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./components.js").Runs} Runs */

// A straight line is a printed rule where it spans this part of the frame ...
const RULE_SPAN = 0.6;
// ... in pieces of at least this part of the frame, with gaps that strokes fill ...
const RULE_PIECE = 0.12;
// ... which leave at least this part of it drawn ...
const RULE_COVERED = 0.55;
// ... is no thicker than this part of it, or these pixels ...
const RULE_THICKNESS = 0.04;
const THINNEST_RULE = 4;
// ... and runs to the frame, or lies apart from the digit and is longer by this factor. The bar of
// a 7 or the stem of a 4 does not.
const RULE_LONGER = 1.1;
// A rule rises by at most this part of its length; no part of it is thicker than its usual
// thickness times this; its edge is rough by these pixels.
const RULE_SLOPE = 0.15;
const RULE_UNEVEN = 1.6;
const RULE_ROUGH = 1.0;
// What it costs a line to be curved, beside the mean square of its distance from its ink.
const STRAIGHT = 1e-3;
// A smaller page has no room for a rule beside a digit that could be told from it.
const SMALLEST_RULED = 48;
// Ruling and boxes have parallel lines of the same length, to this part; digits seldom have.
const RULE_ALIKE = 0.9;

/**
 * Nearly horizontal thin lines that span the frame.
 *
 * @typedef {object} Rules
 * @property {Components} lines The lines, somewhat wider than they are, without gaps where others
 *   cross them.
 * @property {Mask} ink The thin ink in which they lie; strokes that run along them as well.
 */

/**
 * Removes straight lines that run through the frame.
 *
 * @param {Mask} mask All ink.
 * @returns {Mask} The ink without the lines; the mask itself where there are none.
 */
export function withoutRules(mask) {
  const { width, height } = mask;
  if (Math.min(width, height) < SMALLEST_RULED) return mask;
  const turned = transposed(mask);
  const [level, upright] = [findRuns(mask), findRuns(turned)];
  const across = findRules(mask, upright);
  const down = findRules(turned, level);
  if (!across.lines.length && !down.lines.length) return mask;

  const parts = findComponents(without(without(mask, across.ink), transposed(down.ink)));
  // Where there is nothing else, nothing lies apart: the stem of a 1 is no rule.
  const largest = 4 * argmax(parts.areas);
  const [left, top, right, bottom] = parts.length
    ? parts.boxes.subarray(largest, largest + 4)
    : [0, 0, width, height];
  // A box or a grid has lines alike in both directions; upright strokes of a row of digits too,
  // but in one.
  const boxed = alike(across.lines).some(Boolean) && alike(down.lines).some(Boolean);
  const printedAcross = printed(across.lines, [left, top, right, bottom], width, boxed);
  const printedDown = printed(down.lines, [top, left, bottom, right], height, boxed);
  if (!printedAcross.length && !printedDown.length) return mask;

  const crossings = both(drawn(printedAcross, mask), transposed(drawn(printedDown, turned)));
  const rest = without(mask, erasable(printedAcross, across, upright));
  return without(without(rest, transposed(erasable(printedDown, down, level))), crossings);
}

/**
 * Finds the nearly horizontal rules of a mask.
 *
 * @param {Mask} mask
 * @param {Runs} upright The runs of its columns.
 * @returns {Rules}
 */
function findRules(mask, upright) {
  const { width } = mask;
  const thin = Math.max(THINNEST_RULE, round(RULE_THICKNESS * width));
  const flat = thinned(mask, upright, thin + 1);
  // A slanted line is a staircase: its runs are as long as its thickness over its slope.
  const treads = longer(findRuns(flat), Math.max(8, Math.floor(width / 40)));
  const steps = widened(treads, mask, 1, 1);
  // Lines that cross it leave gaps as wide as they are thick; strokes of the digit wider ones.
  const all = findComponents(widened(findRuns(steps), mask, thin));
  const pieces = all.only((i) => all.width(i) - 2 * thin >= RULE_PIECE * width);
  const shown = drawn(pieces, mask);
  if (!pieces.length) return { lines: pieces, ink: shown };
  const whole = findRuns(bridged(shown, mask, 2 * thin));
  const bridges = findComponents(widened(whole, mask, thin));
  const { lines, covered } = measured(bridges, both(shown, steps));
  const straight = lines.only((i) => {
    const span = lines.width(i);
    if (span < RULE_SPAN * width || lines.height(i) > RULE_SLOPE * span) return false;
    return covered[i] >= RULE_COVERED * span;
  });
  return { lines: straight, ink: both(flat, drawn(straight, mask)) };
}

/**
 * Closes the gaps in lines that strokes of a mask fill but for some blank pixels.
 *
 * @param {Mask} lines
 * @param {Mask} mask
 * @param {number} blank
 * @returns {Mask}
 */
function bridged(lines, mask, blank) {
  const { width, height } = mask;
  const { row, start, end } = findRuns(lines);
  const data = lines.data.slice();
  for (let run = 1; run < row.length; run++) {
    if (row[run] !== row[run - 1]) continue;
    const line = row[run] * width;
    let paper = 0;
    for (let x = end[run - 1]; x < start[run]; x++) paper += 1 - mask.data[line + x];
    if (paper <= blank) data.fill(1, line + end[run - 1], line + start[run]);
  }
  return { data, width, height };
}

/**
 * Measures widened lines by what is drawn of them.
 *
 * @param {Components} lines
 * @param {Mask} shown
 * @returns {{lines: Components, covered: Int32Array}} The lines with their true boxes, and how many
 *   columns of each are drawn.
 */
function measured(lines, { data, width, height }) {
  const labels = lines.labels(width, height).data;
  const boxes = new Int32Array(4 * lines.length);
  for (let i = 0; i < boxes.length; i += 4) boxes.set([width, height, 0, 0], i);
  const covered = new Int32Array(lines.length);
  for (let x = 0; lines.length && x < width; x++) {
    const seen = new Set();
    for (let y = 0; y < height; y++) {
      if (!data[y * width + x]) continue;
      const label = labels[y * width + x] - 1;
      const at = 4 * label;
      boxes[at] = Math.min(boxes[at], x);
      boxes[at + 1] = Math.min(boxes[at + 1], y);
      boxes[at + 2] = x + 1;
      boxes[at + 3] = Math.max(boxes[at + 3], y + 1);
      if (!seen.has(label)) covered[label]++;
      seen.add(label);
    }
  }
  return { lines: new Components(lines.runs, lines.label, boxes, lines.areas), covered };
}

/**
 * Tells which ink of a mask belongs to lines, not to strokes that meet them.
 *
 * Ink further from a line's course than the line is thick, and columns of ink that are thicker
 * than it, are strokes that meet it.
 *
 * @param {Components} lines
 * @param {Rules} rules
 * @param {Runs} upright The runs of the columns of the mask.
 * @returns {Mask}
 */
function erasable(lines, rules, upright) {
  const { data: ink, width, height } = rules.ink;
  const near = { data: new Uint8Array(ink.length), width, height };
  if (!lines.length) return near;
  const labels = lines.labels(width, height).data;
  let thickest = 0;
  for (let i = 0; i < lines.length; i++) {
    const [left, top, right, bottom] = lines.boxes.subarray(4 * i, 4 * i + 4);
    const own = { data: new Uint8Array((right - left) * (bottom - top)), width: right - left };
    for (let y = top, to = 0; y < bottom; y++) {
      for (let x = left; x < right; x++, to++) {
        const at = y * width + x;
        own.data[to] = ink[at] && labels[at] === i + 1 ? 1 : 0;
      }
    }
    const { count, middle } = columnsOf(own);
    const thickness = median(count.filter((n) => n > 0));
    const course = courseOf(count, middle, thickness);
    own.data.forEach((value, at) => {
      const [x, y] = [at % own.width, Math.floor(at / own.width)];
      if (value && Math.abs(y - course[x]) <= thickness / 2 + RULE_ROUGH) {
        near.data[(top + y) * width + left + x] = 1;
      }
    });
    thickest = Math.max(thickest, thickness);
  }
  return thinned(near, upright, round(RULE_UNEVEN * thickest) + 2);
}

/**
 * Counts the ink in each column of a mask, and finds its mean row.
 *
 * @param {{data: Uint8Array, width: number}} own
 */
function columnsOf({ data, width }) {
  const count = new Int32Array(width);
  const middle = new Float64Array(width);
  data.forEach((value, at) => {
    count[at % width] += value;
    middle[at % width] += value * Math.floor(at / width);
  });
  return { count, middle: middle.map((sum, x) => sum / Math.max(count[x], 1)) };
}

/**
 * Lays a parabola through a line, since paper is seldom quite flat.
 *
 * @param {Int32Array} count Pixels of the line in each column, and of strokes that run along it.
 * @param {Float64Array} middle Their mean row.
 * @param {number} thickness Of the line.
 * @returns {Float64Array} The row of the line's middle in each column.
 */
function courseOf(count, middle, thickness) {
  const powers = Array.from(count, (_, i) => {
    const x = count.length > 1 ? (2 * i) / (count.length - 1) - 1 : -1;
    return [x * x, x, 1];
  });
  let weight = Float64Array.from(count, (n) => Math.min(n, thickness));
  let course = new Float64Array(count.length);
  // From the second time on without the strokes that run along the line.
  for (let turn = 0; turn < 3; turn++) {
    const normal = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => powers.reduce((sum, p, x) => sum + p[i] * p[j] * weight[x], 0)),
    );
    const target = [0, 1, 2].map((i) =>
      powers.reduce((sum, p, x) => sum + p[i] * middle[x] * weight[x], 0),
    );
    // Where a straight line does as well, it is one.
    normal[0][0] += STRAIGHT * weight.reduce((sum, w) => sum + w, 0);
    const [a, b, c] = solve(normal, target);
    course = course.map((_, x) => a * powers[x][0] + b * powers[x][1] + c);
    const reach = thickness / 2 + RULE_ROUGH;
    weight = weight.map((w, x) => (Math.abs(middle[x] - course[x]) <= reach ? w : 0));
  }
  return course;
}

/**
 * Draws all of some lines.
 *
 * @param {Components} lines
 * @param {{width: number, height: number}} shape
 */
function drawn(lines, { width, height }) {
  return lines.mask(() => true, width, height);
}

/**
 * Picks the horizontal lines that are print, not strokes of the digit: that run through the whole
 * frame; that are longer than the digit, and lie apart from it or have a parallel of nearly their
 * length; or that are sides of a box.
 *
 * @param {Components} rules
 * @param {Box} box The digit without them.
 * @param {number} length Width of the frame.
 * @param {boolean} boxed Whether there are parallel lines in both directions.
 */
function printed(rules, box, length, boxed) {
  const edge = Math.max(2, round(0.015 * length));
  const paired = alike(rules);
  return rules.only((i) => {
    const [left, top, right, bottom] = rules.boxes.subarray(4 * i, 4 * i + 4);
    const through = left <= edge && right >= length - edge;
    const apart = bottom < box[1] - 1 || top > box[3] + 1;
    const longer = right - left >= RULE_LONGER * (box[2] - box[0]);
    return through || (apart && longer) || (paired[i] && (longer || boxed));
  });
}

/**
 * Tells which horizontal lines have a parallel of nearly their length.
 *
 * @param {Components} rules
 */
function alike(rules) {
  const spans = Array.from(rules.areas, (_, i) => rules.width(i));
  return spans.map((span) => {
    const [least, most] = [span / (2 - RULE_ALIKE), span / RULE_ALIKE];
    // Itself and another.
    return spans.filter((other) => other >= least && other <= most).length > 1;
  });
}

/**
 * Draws runs some pixels wider to the left and right, and some rows higher and lower.
 *
 * @param {Runs} runs
 * @param {{width: number, height: number}} shape
 * @param {number} by
 * @param {number} [rows]
 * @returns {Mask}
 */
function widened({ row, start, end }, { width, height }, by, rows = 0) {
  const data = new Uint8Array(width * height);
  for (let run = 0; run < row.length; run++) {
    const [first, last] = [Math.max(start[run] - by, 0), Math.min(end[run] + by, width)];
    const bottom = Math.min(row[run] + rows, height - 1);
    for (let y = Math.max(row[run] - rows, 0); y <= bottom; y++) {
      data.fill(1, y * width + first, y * width + last);
    }
  }
  return { data, width, height };
}

/**
 * Returns the runs of at least some length.
 *
 * @param {Runs} runs
 * @param {number} length
 * @returns {Runs}
 */
function longer({ row, start, end }, length) {
  /** @type {(_: number, run: number) => boolean} */
  const long = (_, run) => end[run] - start[run] >= length;
  return { row: row.filter(long), start: start.filter(long), end: end.filter(long) };
}

/**
 * Removes the pixels that lie in a vertical run of at least some length.
 *
 * @param {Mask} mask
 * @param {Runs} upright Runs of columns.
 * @param {number} length
 * @returns {Mask}
 */
function thinned({ data, width, height }, upright, length) {
  const rest = data.slice();
  const { row: column, start, end } = longer(upright, length);
  for (let run = 0; run < column.length; run++) {
    for (let y = start[run]; y < end[run]; y++) rest[y * width + column[run]] = 0;
  }
  return { data: rest, width, height };
}

/**
 * Returns what lies in both masks.
 *
 * @param {Mask} mask
 * @param {Mask} other
 * @returns {Mask}
 */
function both({ data, width, height }, other) {
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = data[i] & other.data[i];
  return { data: result, width, height };
}

/**
 * Returns what lies in the first mask alone.
 *
 * @param {Mask} mask
 * @param {Mask} other
 * @returns {Mask}
 */
function without({ data, width, height }, other) {
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = data[i] & ~other.data[i];
  return { data: result, width, height };
}
