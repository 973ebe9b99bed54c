/** What somebody writes: how much room is left, and whether it seems to say who somebody is. */
import { el } from "./dom.js";
import { t } from "./texts.js";
import { hintsAbout, sizeOfText } from "./written.js";

export const MOST = 20_000; // bytes of a message's text

/** @typedef {{field: HTMLElement, text: () => string, fault: () => boolean}} Written `text` is what stands there, without
 *    blanks at its ends; `fault` puts the focus there if it cannot stay so. */

/**
 * @param {string} label @param {string} value @param {(text: string) => void} change
 * @param {{optional?: boolean, named?: boolean}} [options] Whether it may stay empty, and whether it is to name somebody.
 * @returns {Written}
 */
export function messageField(label, value, change, { optional = false, named = false } = {}) {
  const area = el("textarea", { id: "text", rows: 8, dir: "auto", autocomplete: "off", "aria-describedby": "text-advice text-count text-wrong" });
  area.value = value;
  const advice = t("Do not write names or details that show who you or others are. This page looks for some of them on your device, and does not find all.");
  const field = counted(area, label, named ? "" : advice, MOST, change, optional);
  if (!named) field.field.append(hintsAbout(area, t("Those who read the channel will read this word for word. You can leave it as it is, or take out what shows who somebody is.")));
  return field;
}

/** @param {string} value @param {number} most Bytes. @param {(text: string) => void} change @returns {Written} */
export function subjectField(value, most, change) {
  const input = el("input", { id: "subject", dir: "auto", autocomplete: "off", "aria-describedby": "subject-advice subject-count subject-wrong" });
  input.value = value;
  return counted(input, t("What it is about"), t("A few words, sealed like the rest."), most, change, false);
}

/**
 * @param {HTMLTextAreaElement | HTMLInputElement} box @param {string} label @param {string} advice
 * @param {number} most @param {(text: string) => void} change @param {boolean} optional @returns {Written}
 */
function counted(box, label, advice, most, change, optional) {
  const count = el("p", { id: `${box.id}-count`, class: "hint" });
  const wrong = el("p", { id: `${box.id}-wrong`, class: "wrong", role: "alert" });
  const tell = (/** @type {string} */ text) => {
    box.setAttribute("aria-invalid", String(Boolean(text)));
    if (wrong.textContent !== text) wrong.textContent = text;
  };
  const over = () => sizeOfText(box.value) - most;
  const measure = () => {
    count.textContent = t("Room used: {used} of {most} (most letters take 1, some take 2 or more)", { used: over() + most, most });
    tell(over() > 0 ? t("This is too long by {over}. Please shorten it.", { over: over() }) : "");
  };
  box.addEventListener("input", () => {
    change(box.value);
    measure();
  });
  measure();
  return {
    field: el(
      "div",
      { class: "field" },
      el("label", { for: box.id }, label, ...(optional ? [" ", el("span", { class: "soft" }, t("(optional)"))] : [])),
      el("p", { id: `${box.id}-advice`, class: "hint" }, advice),
      box,
      count,
      wrong,
    ),
    text: () => box.value.trim(),
    fault: () => {
      if (!optional && !box.value.trim()) tell(t("Please write something here."));
      else if (over() <= 0) return false;
      box.focus();
      return true;
    },
  };
}
