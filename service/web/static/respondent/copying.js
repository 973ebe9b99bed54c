/** A code that somebody wants to keep. */
import { announce } from "./dom.js";
import { t } from "./texts.js";

/** @param {string} code @param {string} place The id of the element that shows it. */
export async function copyCode(code, place) {
  try {
    await navigator.clipboard.writeText(code);
    announce(t("The code is in the clipboard."));
  } catch {
    const shown = document.getElementById(place);
    if (shown) getSelection()?.selectAllChildren(shown);
    announce(t("Your browser does not let the page copy. The code is marked: copy it yourself, or write it down."));
  }
}
