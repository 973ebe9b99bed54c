/** One thing that can be chosen, with its words. */
import { el } from "./dom.js";

/**
 * @param {"radio" | "checkbox"} type
 * @param {string} name
 * @param {string} value
 * @param {string | HTMLElement} text
 * @param {boolean | undefined} checked
 * @param {(on: boolean) => void} chosen Called when it is chosen or emptied.
 * @param {string} [style]
 * @returns {HTMLLabelElement}
 */
export function choice(type, name, value, text, checked, chosen, style = "option") {
  const box = el("input", { type, name, value, checked: Boolean(checked), autocomplete: "off" });
  box.addEventListener("change", () => chosen(box.checked));
  return el("label", { class: style }, box, el("span", {}, text));
}
