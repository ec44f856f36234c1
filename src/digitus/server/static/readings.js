/**
 * A reading as text and as CSV.
 *
 * @module
 */

/** @typedef {import("./reader.js").Box} Box */
/** @typedef {import("./reader.js").Reading} Reading */
/** @typedef {import("./reader.js").Rotation} Rotation */
/** @typedef {import("./reader.js").WholeNumber} WholeNumber */

const COLUMNS = [
  ...["source", "page", "number", "text", "confidence"],
  ...["left", "top", "right", "bottom", "error"],
];

/**
 * Where a box begins and ends along its line.
 *
 * @type {Record<Rotation, (box: Box) => [begins: number, ends: number]>}
 */
const SPANS = {
  0: ([left, , right]) => [left, right],
  90: ([, top, , bottom]) => [-bottom, -top],
  180: ([left, , right]) => [-right, -left],
  270: ([, top, , bottom]) => [top, bottom],
};

/**
 * Returns the lines of a reading: numbers that stand side by side share one.
 *
 * @param {Reading} reading
 */
function linesOf({ numbers, rotation }) {
  const span = SPANS[rotation];
  /** @type {WholeNumber[][]} */
  const lines = [];
  for (const number of numbers) {
    const before = lines.at(-1)?.at(-1);
    // In reading order a number that is not behind the one before begins a line.
    if (before && span(number.box)[0] >= span(before.box)[1]) lines.at(-1)?.push(number);
    else lines.push([number]);
  }
  return lines;
}

/**
 * Returns numbers spaced, lines on lines of their own.
 *
 * @param {Reading} reading
 */
export function textOf(reading) {
  const lines = linesOf(reading).map((line) => line.map(({ text }) => text).join(" "));
  return lines.join("\n");
}

/**
 * Returns how sure it is that all of a reading is right.
 *
 * @param {Reading} reading
 */
export function confidenceOf({ numbers }) {
  return numbers.reduce((product, { confidence }) => product * confidence, 1);
}

/**
 * Returns the columns that `digitus read --format csv` writes.
 *
 * @param {Reading} reading
 */
export function csvOf({ source, page, numbers }) {
  const name = /[",\n]/.test(source) ? `"${source.replaceAll('"', '""')}"` : source;
  const rows = numbers.map(({ text, confidence, box }, i) =>
    [name, page, i + 1, text, confidence, ...box, ""].join(","),
  );
  return [COLUMNS.join(","), ...rows, ""].join("\n");
}
