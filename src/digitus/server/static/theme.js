/**
 * Light or dark: as the system is, until somebody says otherwise.
 *
 * @module
 */

import { remember, remembered } from "./settings.js";

const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");

/**
 * Makes the page light or dark, now and at each switch.
 *
 * @param {HTMLElement} button
 * @param {() => void} changed Called after each change of colours.
 */
export function startTheme(button, changed) {
  const chosen = remembered("theme");
  if (chosen) root.dataset.theme = chosen;
  systemDark.addEventListener("change", changed);
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember("theme", root.dataset.theme);
    changed();
  });
}
