// Reads pictures by a running `digitus serve`: for Node 20 and for browsers.

/**
 * Returns the readings of pictures, a page each.
 *
 * @param {File[]} pictures files of any format that digitus reads
 * @param {{server?: string, key?: string, expect?: "digit" | "numbers"}} options
 */
export async function read(pictures, { server = "http://127.0.0.1:8000", key, expect } = {}) {
  const body = new FormData();
  for (const picture of pictures) body.append("file", picture, picture.name);
  if (expect) body.append("expect", expect);
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const response = await fetch(`${server}/v1/read`, { method: "POST", headers, body });
  const answer = await response.json();
  // A refusal is a problem as JSON, with a sentence that says what to do.
  if (!response.ok) throw new Error(`${response.status}: ${answer.detail}`);
  return answer.readings;
}

/** Returns a reading as a line for people. */
export function line({ source, numbers, error }) {
  const found = numbers.map(({ text, confidence }) => `${text} (${confidence.toFixed(2)})`);
  return `${source}: ${error?.message ?? (found.join(", ") || "no digit")}`;
}
