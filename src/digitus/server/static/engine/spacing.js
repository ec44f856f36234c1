/**
 * Lines of digits -> numbers: which gaps between neighbours part two numbers.
 *
 * How wide a gap must be depends on how the line is written, on what stands above and below it, and
 * on what is in it: digits in the boxes of a form stand as far apart as the numbers of a narrow
 * table, and a point parts thousands. So each gap is compared with the others of its line and page,
 * and looked into; a small network, learnt from made pages, weighs what that gives, and a second one
 * what the other gaps of the page say (`votes.js`).
 *
 * @module
 */

import { between } from "./gap.js";
import { median, quantile } from "./planes.js";
import { votes } from "./votes.js";

/** @typedef {import("./grey.js").Page} Page */
/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./lines.js").Line} Line */
/**
 * A network of one hidden layer, its weights by feature.
 *
 * @typedef {object} Layers
 * @property {number[][]} hidden
 * @property {number[]} hidden_bias
 * @property {number[]} output
 * @property {number} bias
 */
/**
 * What was learnt: what judges a gap alone, and what does so among the others.
 *
 * @typedef {{alone: Layers, among: Layers}} Weights
 */

// What is not known of a line of two digits, and of a page of one line.
const NO_OTHER = -0.5;
const NO_COLUMN = 0.5;
// Neighbours in a number stand as near as this part of all gaps, if the page has such numbers.
const NEAR = 0.1;
// Widths of gaps in heights of a digit are believed between these.
const NARROWEST = -0.5;
const WIDEST = 4.0;
// Gaps that differ by less, in heights, are equally wide.
const EVEN = 0.02;
// A gap's middle is free of a digit of another line that ends so near, in heights.
const CLOSE = 0.1;

/**
 * Returns how likely the gaps of each line part two numbers.
 *
 * @param {Box[]} boxes Of the digits of a page.
 * @param {Line[]} lines
 * @param {Page} page
 * @param {Weights} learnt
 * @returns {number[][]} One less for each line than it has digits.
 */
export function parted(boxes, lines, page, learnt) {
  const gaps = lines.map((line) => {
    const height = heightOf(boxes, line);
    return line.slice(1).map((place, i) => (boxes[place][0] - boxes[line[i]][2]) / height);
  });
  const seen = lines.map((_, number) => featuresOf(boxes, lines, gaps, number, page));
  const odds = seen.map((line) => line.map((features) => oddsOf(features, learnt.alone)));
  const widths = seen.map((line) => line.map(([width]) => width));
  const said = votes(boxes, lines, widths, odds);
  return seen.map((line, number) =>
    line.map((features, i) => {
      const among = oddsOf([...features, ...said[number][i]], learnt.among);
      return 1 / (1 + Math.exp(-among));
    }),
  );
}

/**
 * Returns the logit of a gap's parting two numbers.
 *
 * @param {number[]} features
 * @param {Layers} layers
 */
function oddsOf(features, { hidden, hidden_bias, output, bias }) {
  return output.reduce((sum, weight, unit) => {
    const seen = features.reduce((all, value, i) => all + value * hidden[i][unit], 0);
    return sum + weight * Math.max(seen + hidden_bias[unit], 0);
  }, bias);
}

/**
 * Describes the gaps of a line.
 *
 * Width (in heights of the line's digits) and its logarithm; the middle width of the others of the
 * line; by how much it is wider than the next narrower one, and narrower than the next wider; the
 * middle width of the page, and that of the near ones; in how many lines above and below it is free
 * there, too; how far apart the two digits stand, for this line; how many gaps of the page are
 * narrower; whether it is the only one of its line, how many there are (as a logarithm), and how
 * many other lines have as many; and what is in it.
 *
 * @param {Box[]} boxes
 * @param {Line[]} lines
 * @param {number[][]} gaps Their widths, by line.
 * @param {number} number Of the line.
 * @param {Page} page
 */
function featuresOf(boxes, lines, gaps, number, page) {
  const own = gaps[number];
  if (!own.length) return [];
  const all = gaps.flat();
  const [usual, near] = [median(all), quantile(all, NEAR)];
  const height = heightOf(boxes, lines[number]);
  const digits = lines[number].map((i) => boxes[i]);
  const middles = digits.map(([left, , right]) => (left + right) / 2 / height);
  const steps = middles.slice(1).map((middle, i) => middle - middles[i]);
  const usualStep = Math.max(median(steps), 0.05);
  const free = freeIn(boxes, lines, number, height);
  const others = lines.toSpliced(number, 1);
  const alike = others.filter((line) => line.length === lines[number].length).length;
  return own.map((gap, place) => {
    const features = [
      gap,
      0,
      ...beside(gap, own.toSpliced(place, 1)),
      usual,
      near,
      free[place],
      steps[place] / usualStep,
      all.filter((other) => other < gap - EVEN).length / all.length,
      Number(own.length === 1),
      Math.log(own.length),
      others.length ? alike / others.length : NO_COLUMN,
      ...between(page, digits[place], digits[place + 1]),
    ].map((value) => Math.max(NARROWEST, Math.min(value, WIDEST)));
    features[1] = Math.log(Math.max(gap, 0) + 0.05); // of a narrow gap it is far below 0
    return features;
  });
}

/**
 * Compares a gap with the others of its line.
 *
 * @param {number} gap
 * @param {number[]} others
 */
function beside(gap, others) {
  if (!others.length) return [NO_OTHER, 0, 0];
  const below = others.filter((other) => other < gap - EVEN);
  const above = others.filter((other) => other > gap + EVEN);
  const wider = below.length ? gap - Math.max(...below) : 0;
  const narrower = above.length ? Math.min(...above) - gap : 0;
  return [median(others), wider, narrower];
}

/**
 * Returns in which part of the other lines that reach there each gap is free as well.
 *
 * @param {Box[]} boxes
 * @param {Line[]} lines
 * @param {number} own
 * @param {number} height
 */
function freeIn(boxes, lines, own, height) {
  const line = lines[own];
  return line.slice(1).map((place, i) => {
    const middle = (boxes[line[i]][2] + boxes[place][0]) / 2;
    const reached = lines.filter(
      (other, number) =>
        number !== own &&
        other.length > 1 &&
        middle > boxes[other[0]][0] &&
        middle < boxes[other[other.length - 1]][2],
    );
    const free = reached.filter((other) =>
      other.every((digit) => {
        const [left, , right] = boxes[digit];
        return middle <= left - CLOSE * height || middle >= right + CLOSE * height;
      }),
    );
    return reached.length ? free.length / reached.length : NO_COLUMN;
  });
}

/**
 * Returns the middle height of the digits of a line.
 *
 * @param {Box[]} boxes
 * @param {Line} line
 */
function heightOf(boxes, line) {
  return median(line.map((i) => boxes[i][3] - boxes[i][1]));
}
