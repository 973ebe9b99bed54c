/**
 * A question as a group of form elements. What is chosen is handed on at once; nothing here keeps it.
 *
 * @import { Question } from "./manifest.js"
 */
import { choice } from "./choice.js";
import { el, said } from "./dom.js";
import { t } from "./texts.js";
import { writtenField } from "./written.js";

/**
 * @callback Change
 * @param {any} value As a draft keeps it: option id, list of option ids, score, text; null is "I prefer not to answer",
 *   undefined not answered.
 */

/**
 * @param {Question} question
 * @param {any} value
 * @param {Change} change
 * @returns {HTMLElement}
 */
export function questionField(question, value, change) {
  if (question.type === "text") return writtenField(question, value, change);
  if (question.type === "multiple") return several(question, value, change);
  const name = `q-${question.id}`;
  const scores = question.type === "nps";
  const choices = scores
    ? Array.from({ length: 11 }, (_, score) => choice("radio", name, String(score), String(score), value === score, () => change(score)))
    : (question.options ?? []).map((one) => choice("radio", name, one.id, said(one.text), value === one.id, () => change(one.id)));
  return group(
    question,
    scores && el("p", { class: "hint" }, t("0 is not at all likely, 10 is extremely likely.")),
    el("div", { class: scores ? "scores" : "options" }, ...choices),
    choice("radio", name, "", t("I prefer not to answer"), value === null, () => change(null), "option apart"),
  );
}

/** @param {Question} question @param {any} value @param {Change} change @returns {HTMLElement} */
function several(question, value, change) {
  const name = `q-${question.id}`;
  const options = (question.options ?? []).map((one) =>
    choice("checkbox", name, one.id, said(one.text), value?.includes(one.id), () => chosen()),
  );
  const none = choice("checkbox", name, "", t("None of these"), value?.length === 0, (on) => alone(none, on && []));
  const skip = choice("checkbox", name, "", t("I prefer not to answer"), value === null, (on) => alone(skip, on && null), "option apart");
  const boxes = [...options, none, skip].map((label) => /** @type {HTMLInputElement} */ (label.querySelector("input")));

  function chosen() {
    for (const box of boxes.slice(-2)) box.checked = false;
    const ids = boxes.filter((box) => box.checked).map((box) => box.value);
    change(ids.length ? ids : undefined);
  }

  /** @param {HTMLElement} label @param {[] | null | false} answer False where the box was emptied. */
  function alone(label, answer) {
    for (const box of boxes) box.checked &&= label.contains(box);
    change(answer === false ? undefined : answer);
  }

  return group(question, el("p", { class: "hint" }, t("Choose all that apply.")), el("div", { class: "options" }, ...options, none), skip);
}

/** @param {Question} question @param {...import("./dom.js").Child} rest @returns {HTMLElement} */
const group = (question, ...rest) =>
  el("fieldset", { id: `item-${question.id}`, class: "item" }, el("legend", {}, said(question.text)), ...rest);
