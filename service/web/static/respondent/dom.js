/** Elements from values. Text becomes text nodes, so nothing that is shown can be markup. */
import { inWords, language, languageOf, t } from "./texts.js";

/** @typedef {string | Node | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes] A function becomes a listener for the event of its name; true is
 *   an empty attribute; false, null and undefined are left out.
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** @param {import("./texts.js").Texts} said @returns {HTMLElement} A survey's own text, marked with its language. */
export function said(said) {
  const used = languageOf(said);
  return used === language ? el("bdi", {}, inWords(said)) : el("bdi", { lang: used, dir: "auto" }, inWords(said));
}

/**
 * Replace the page's content, scroll to its top and put the focus on its heading.
 * @param {HTMLElement} heading
 * @param {...Child} rest
 */
export function show(heading, ...rest) {
  heading.tabIndex = -1;
  document.getElementById("app")?.replaceChildren(heading, .../** @type {Node[]} */ (rest.filter(Boolean)));
  document.title = `${heading.textContent} · Sottovoce`;
  announce("");
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

/** @param {string} text Said by screen readers and shown at the page's end; empty to take it away. */
export function announce(text) {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}

/**
 * The buttons at the page's end.
 * @param {(() => void) | null} back
 * @param {string} onward @param {(() => void) | null} go Null where the button sends the form it stands in.
 * @returns {HTMLElement}
 */
export function bar(back, onward, go) {
  return el(
    "div",
    { class: "bar no-print" },
    back && el("button", { type: "button", class: "second", click: back }, t("Back")),
    el("button", { type: go ? "button" : "submit", click: go }, onward),
  );
}
