/**
 * The badge that says where pictures are read.
 *
 * @module
 */

import { byId } from "./dom.js";
import { say } from "./language.js";
import { place } from "./reader.js";

export function showPlace() {
  const badge = byId("place", HTMLElement);
  const where = place();
  badge.dataset.place = where;
  badge.textContent = say(where, { host: location.hostname });
  badge.title = say(`${where}More`);
}
