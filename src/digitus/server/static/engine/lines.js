/**
 * Digits -> lines, from top to bottom, each from left to right.
 *
 * @module
 */

import { argmax, argsort, median } from "./planes.js";

/** @typedef {import("./planes.js").Box} Box */
/** @typedef {number[]} Line Places of its digits, from left to right. */

// A digit's right neighbour begins behind this part of its height, is not more than so many times
// as high or low, and stands off the line by this part of the higher one's height at most.
const AHEAD = 0.1;
const ALIKE = 2.6;
const OFF = 0.55;
// The same of the near neighbours by which the slope of the lines is told, and how near they are.
const NEAR_ALIKE = 1.8;
const NEAR_OFF = 0.6;
const NEAR = [0.2, 3.0];
// Pieces side by side are one line where they are no further apart than this part of the distance
// between lines: what stands in the cells of a table does not stand on one height.
const SAME_ROW = 0.45;
// The distance between lines, in heights of a digit, where there is but one.
const ALONE = 1.6;

const { abs, max, min } = Math;

/**
 * Finds the lines on which digits stand.
 *
 * Neighbours are linked first, each with the nearest one to its right along the slope of the
 * page, so that lines may be askew and bent; then pieces of lines that stand side by side are
 * put together.
 *
 * @param {Box[]} boxes Of the digits of a page, in any order.
 * @returns {Line[]} From top to bottom.
 */
export function findLines(boxes) {
  if (!boxes.length) return [];
  const x = boxes.map(([left, , right]) => (left + right) / 2);
  const y = boxes.map(([, top, , bottom]) => (top + bottom) / 2);
  const heights = boxes.map(([, top, , bottom]) => bottom - top);
  const slope = slopeOf(x, y, heights);
  const level = y.map((own, i) => own - slope * x[i]);
  const pieces = piecesOf(neighbours(x, level, heights));
  const rows = rowsOf(pieces, boxes, level, median(heights));
  /** @type {(row: Line) => number} */
  const middle = (row) => median(row.map((i) => level[i]));
  rows.sort((a, b) => middle(a) - middle(b));
  return rows.map((row) => row.sort((a, b) => x[a] - x[b]));
}

/**
 * Returns how far lines sink from one pixel to the next.
 *
 * @param {number[]} x
 * @param {number[]} y
 * @param {number[]} heights
 */
function slopeOf(x, y, heights) {
  /** @type {number[]} */
  const slopes = [];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < x.length; j++) {
      const [across, down] = [x[j] - x[i], y[j] - y[i]];
      const [high, low] = [max(heights[i], heights[j]), min(heights[i], heights[j])];
      const near = across > NEAR[0] * low && across < NEAR[1] * high;
      if (near && abs(down) < NEAR_OFF * high && high < NEAR_ALIKE * low) {
        slopes.push(down / across);
      }
    }
  }
  return slopes.length ? median(slopes) : 0;
}

/**
 * Returns the right neighbour of each digit, or -1: each is the other's nearest.
 *
 * @param {number[]} x
 * @param {number[]} level
 * @param {number[]} heights
 */
function neighbours(x, level, heights) {
  /** @type {(i: number, j: number) => number} */
  const cost = (i, j) => {
    const [across, off] = [x[j] - x[i], abs(level[j] - level[i])];
    const [high, low] = [max(heights[i], heights[j]), min(heights[i], heights[j])];
    const fit = across > AHEAD * low && off < OFF * high && high < ALIKE * low;
    return fit ? across + 2 * off : Infinity;
  };
  const nearest = x.map((_, i) => argmax(x.map((_, j) => -cost(i, j))));
  const back = x.map((_, j) => argmax(x.map((_, i) => -cost(i, j))));
  return nearest.map((j, i) => (cost(i, j) < Infinity && back[j] === i ? j : -1));
}

/**
 * Follows the links from each digit that nothing stands before.
 *
 * @param {number[]} right
 */
function piecesOf(right) {
  const behind = new Set(right);
  const firsts = [...right.keys()].filter((i) => !behind.has(i));
  return firsts.map((first) => {
    const piece = [];
    for (let i = first; i >= 0; i = right[i]) piece.push(i);
    return piece;
  });
}

/**
 * Puts pieces of lines together that stand side by side.
 *
 * @param {Line[]} pieces
 * @param {Box[]} boxes
 * @param {number[]} level
 * @param {number} height
 */
function rowsOf(pieces, boxes, level, height) {
  const levels = pieces.map((piece) => median(piece.map((i) => level[i])));
  const starts = pieces.map((piece) => min(...piece.map((i) => boxes[i][0])));
  const ends = pieces.map((piece) => max(...piece.map((i) => boxes[i][2])));
  /** @type {(i: number, j: number) => number} */
  const apart = (i, j) => abs(levels[i] - levels[j]);
  /** @type {(i: number, j: number) => boolean} */
  const beside = (i, j) => max(starts[i], starts[j]) >= min(ends[i], ends[j]);

  const places = [...pieces.keys()];
  const above = places.map((i) =>
    min(...places.map((j) => (i === j || beside(i, j) ? Infinity : apart(i, j)))),
  );
  const known = above.filter((distance) => distance < Infinity);
  const pitch = known.length ? median(known) : ALONE * height;
  const pairs = places.flatMap((i) =>
    places
      .slice(i + 1)
      .filter((j) => beside(i, j) && apart(i, j) < SAME_ROW * pitch)
      .map((j) => [i, j]),
  );
  const row = [...places];
  for (const pair of argsort(pairs.map(([i, j]) => apart(i, j)))) {
    const [one, other] = pairs[pair].map((i) => row[i]);
    const mine = places.filter((i) => row[i] === one);
    const theirs = places.filter((i) => row[i] === other);
    if (one !== other && mine.every((i) => theirs.every((j) => beside(i, j)))) {
      for (const i of theirs) row[i] = one;
    }
  }
  return places
    .map((number) => pieces.filter((_, i) => row[i] === number).flat())
    .filter((line) => line.length);
}
