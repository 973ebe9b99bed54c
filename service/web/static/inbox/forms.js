/** Parts of forms: labelled fields, and forms that say what went wrong. */
import { el } from "../respondent/dom.js";
import { inWords } from "./data.js";

/** @import { Child } from "../respondent/dom.js" */

let made = 0;

/**
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 * @param {string} [hint]
 * @returns {HTMLElement}
 */
export function field(label, input, hint) {
  if (!input.id) input.id = `field-${(made += 1)}`;
  if (hint) input.setAttribute("aria-describedby", `${input.id}-hint`);
  return el(
    "div",
    { class: "field" },
    el("label", { for: input.id }, label),
    hint && el("p", { class: "hint", id: `${input.id}-hint` }, hint),
    input,
  );
}

/** @param {HTMLInputElement} box @param {...Child} label @returns {HTMLElement} */
export const tick = (box, ...label) => el("label", { class: "option" }, box, el("span", {}, ...label));

/** @param {Record<string, unknown>} [attributes] @returns {HTMLInputElement} */
export const checkbox = (attributes = {}) => el("input", { type: "checkbox", ...attributes });

/** @param {[string, string][]} choices Value and text. @param {string} chosen @param {Record<string, unknown>} [attributes]
 * @returns {HTMLSelectElement} */
export const select = (choices, chosen, attributes = {}) =>
  el("select", attributes, ...choices.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));

/** A text that is not as it must be; the page shows it beside the form. */
export class Fault extends Error {
  /** @param {string} message @param {HTMLElement} [place] The field to go to. */
  constructor(message, place) {
    super(message);
    this.place = place;
  }
}

/**
 * A form that is worked on in this page. While it is, it cannot be sent again.
 * @param {() => Promise<unknown>} work @param {string} button Its text. @param {...Child} children
 * @returns {HTMLFormElement}
 */
export function form(work, button, ...children) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const send = el("button", {}, button);
  const made = el("form", { novalidate: true }, ...children, wrong, el("div", { class: "actions no-print" }, send));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    void during(send, wrong, work);
  });
  return made;
}

/** @param {string} text @param {() => Promise<unknown>} work @param {string} [kind] A class. @returns {HTMLElement} A button of its own. */
export function act(text, work, kind = "second") {
  const wrong = el("span", { class: "wrong", role: "alert" });
  /** @type {HTMLButtonElement} */
  const button = el("button", { type: "button", class: kind, click: () => void during(button, wrong, work) }, text);
  return el("span", { class: "act" }, button, wrong);
}

/** @param {HTMLButtonElement} button @param {HTMLElement} wrong @param {() => Promise<unknown>} work */
async function during(button, wrong, work) {
  if (button.getAttribute("aria-disabled")) return;
  // Not `disabled`, which would take the focus away.
  button.setAttribute("aria-disabled", "true");
  wrong.textContent = "";
  for (const one of button.form?.querySelectorAll("[aria-invalid]") ?? []) one.removeAttribute("aria-invalid");
  try {
    await work();
  } catch (error) {
    wrong.textContent = inWords(error);
    if (error instanceof Fault && error.place) {
      error.place.setAttribute("aria-invalid", "true");
      error.place.focus();
    }
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
