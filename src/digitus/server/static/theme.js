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
  if (chosen) choose(chosen);
  systemDark.addEventListener("change", changed);
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches;
    const theme = dark ? "light" : "dark";
    choose(theme);
    remember("theme", theme);
    changed();
  });
}

/** @param {string} theme */
function choose(theme) {
  root.dataset.theme = theme;
  // The bars of a phone have the colour of the page.
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    meta.setAttribute("content", getComputedStyle(document.body).backgroundColor);
  }
}
