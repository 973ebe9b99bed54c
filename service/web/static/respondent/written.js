/**
 * A comment: how much room is left, and whether it seems to say who somebody is.
 *
 * @import { Question } from "./manifest.js"
 * @import { Change } from "./fields.js"
 */
import { el, said } from "./dom.js";
import { hintsFor } from "./hints.js";
import { t } from "./texts.js";

const PAUSE = 600; // ms without a key before hints are looked for, so that half a word is not taken for one

/** @param {string} text @returns {number} Bytes of UTF-8. */
export const sizeOfText = (text) => new TextEncoder().encode(text.trim()).length;

/** @param {import("./hints.js").Hint} hint @returns {string} */
function inWords({ kind, found }) {
  const texts = {
    email: t("This looks like an e-mail address: {found}", { found }),
    handle: t("This looks like a user name: {found}", { found }),
    number: t("This looks like an employee number: {found}", { found }),
    phone: t("This looks like a telephone number: {found}", { found }),
    role: t("This names a person by their role: {found}", { found }),
    name: t("This looks like a name: {found}", { found }),
  };
  return texts[kind];
}

/** @param {Question} question @param {any} value @param {Change} change @returns {HTMLElement} */
export function writtenField(question, value, change) {
  const most = question.max_bytes ?? 0;
  const id = `q-${question.id}`;
  const count = el("p", { id: `${id}-count`, class: "hint" });
  const wrong = el("p", { id: `${id}-wrong`, class: "wrong", role: "alert" });
  const area = el("textarea", { id, rows: 5, dir: "auto", autocomplete: "off", "aria-describedby": `${id}-advice ${id}-count ${id}-wrong` });
  area.value = value ?? "";

  function measure() {
    const size = sizeOfText(area.value);
    count.textContent = t("Room used: {used} of {most} (most letters take 1, some take 2 or more)", { used: size, most });
    const tooLong = size > most;
    area.setAttribute("aria-invalid", String(tooLong));
    const text = tooLong ? t("This comment is too long by {over}. Please shorten it.", { over: size - most }) : "";
    if (wrong.textContent !== text) wrong.textContent = text;
  }

  area.addEventListener("input", () => {
    change(area.value.trim() ? area.value : undefined);
    measure();
  });
  measure();
  return el(
    "div",
    { id: `item-${question.id}`, class: "item" },
    el("label", { for: id, class: "legend" }, said(question.text), " ", el("span", { class: "soft" }, t("(optional)"))),
    el("p", { id: `${id}-advice`, class: "hint" }, t("Do not write names or details that show who you or others are. This page looks for some of them on your device, and does not find all.")),
    area,
    count,
    wrong,
    hintsAbout(area, t("People will read this comment word for word. You can leave it as it is, or take out what shows who somebody is.")),
  );
}

/** @param {HTMLTextAreaElement} area Filled as at first. @param {string} advice What to do about them.
 * @returns {HTMLElement} What seems to say who somebody is, looked for after every pause. */
export function hintsAbout(area, advice) {
  const hints = el("div", { class: "hints", role: "status" });
  const look = () => {
    const list = hintsFor(area.value).map((hint) => el("li", {}, inWords(hint)));
    hints.replaceChildren(...(list.length ? [el("ul", {}, ...list), el("p", {}, advice)] : []));
  };
  let pause = 0;
  area.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE);
  });
  look();
  return hints;
}
