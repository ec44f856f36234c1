/**
 * What the other gaps of a page say of each: people write one page in one way.
 *
 * Judged alone, one gap of a row of single digits parts them and the next, a hair narrower, does
 * not. So each gap is first judged alone, and then once more, knowing how the others were judged:
 * those of its line, of the page, those as wide, and those above and below it.
 *
 * @module
 */

import { median } from "./planes.js";

/** @typedef {import("./planes.js").Box} Box */
/** @typedef {import("./lines.js").Line} Line */
/**
 * A gap: its line, its width in heights of its digits, how it was judged alone (a logit), its
 * middle and how far it reaches on the page.
 *
 * @typedef {{line: number, width: number, odds: number, middle: number, low: number, up: number}} Gap
 */

// Gaps that differ by so much, in heights, are alike to a degree of exp(-1/2).
const LIKE = 0.15;
// Few votes count less than many: as if half a vote for neither were among them.
const NEITHER = 0.5;
// A gap of another line is above or below one whose middle it reaches but for so much, in heights.
const CLOSE = 0.1;

/**
 * Tells how the gaps around each were judged.
 *
 * @param {Box[]} boxes Of the digits of a page.
 * @param {Line[]} lines
 * @param {number[][]} widths Of the gaps of each line, in heights of its digits.
 * @param {number[][]} odds How they were judged alone, as logits of parting two numbers.
 * @returns {number[][][]} For each gap of each line its own odds, and the mean vote, from -1 to 1,
 *   of the others of its line, of the page, of those as wide, and of those above and below.
 */
export function votes(boxes, lines, widths, odds) {
  const gaps = lines.map((line, number) => {
    const close = CLOSE * median(line.map((i) => boxes[i][3] - boxes[i][1]));
    return line.slice(1).map((place, i) => {
      const [end, begin] = [boxes[line[i]][2], boxes[place][0]];
      return {
        line: number,
        width: widths[number][i],
        odds: odds[number][i],
        middle: (end + begin) / 2,
        low: Math.min(end, begin) - close,
        up: Math.max(end, begin) + close,
      };
    });
  });
  const all = gaps.flat();
  const said = all.map(({ odds: each }) => Math.tanh(each / 2));
  return gaps.map((line) => line.map((gap) => [gap.odds, ...meansOf(gap, all, said)]));
}

/**
 * Returns the mean votes of the gaps around one.
 *
 * @param {Gap} gap
 * @param {Gap[]} all
 * @param {number[]} said Their votes.
 */
function meansOf(gap, all, said) {
  const sums = [0, 0, 0, 0];
  const counts = [NEITHER, NEITHER, NEITHER, NEITHER];
  all.forEach((other, i) => {
    if (other === gap) return;
    const same = other.line === gap.line;
    const near = !same && other.low <= gap.middle && gap.middle <= other.up;
    const like = Math.exp(-(((gap.width - other.width) / LIKE) ** 2) / 2);
    [Number(same), 1, like, Number(near)].forEach((weight, who) => {
      sums[who] += weight * said[i];
      counts[who] += weight;
    });
  });
  return sums.map((sum, who) => sum / counts[who]);
}
