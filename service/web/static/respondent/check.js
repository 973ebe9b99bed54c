/**
 * All that was answered, to be looked at once more.
 *
 * @import { Manifest, Question } from "./manifest.js"
 * @import { Draft } from "./tab.js"
 */
import { el, said } from "./dom.js";
import { t } from "./texts.js";

/**
 * @param {Manifest} manifest
 * @param {Draft} draft
 * @param {(id: string) => void} change Called with the id of a question or attribute.
 * @param {HTMLElement | undefined} more What else was chosen, as `row` makes it.
 * @returns {HTMLElement} A list of what was asked and answered.
 */
export function answerList(manifest, { questions = {}, attributes = {} }, change, more) {
  const answered = manifest.questions.map((one) => row(one.id, said(one.text), answerTo(one, questions[one.id]), () => change(one.id)));
  const stated = manifest.attributes.map((one) => {
    const level = one.levels.find((level) => level.id === attributes[one.id]);
    return row(one.id, said(one.text), level ? said(level.text) : t("Not said"), () => change(one.id));
  });
  return el("dl", { class: "answers" }, ...answered, ...stated, more);
}

/** @param {string} id @param {string | Node} asked @param {string | Node} answer @param {() => void} change @returns {HTMLElement} */
export function row(id, asked, answer, change) {
  const label = `label-${id}`;
  const button = el("button", { type: "button", class: "link", "aria-describedby": label, click: change }, t("Change"));
  return el("div", {}, el("dt", { id: label }, asked), el("dd", {}, el("span", { class: "given" }, answer), button));
}

/** @param {Question} question @param {any} value @returns {string | Node} */
function answerTo(question, value) {
  if (value === undefined) return t("Not answered");
  if (value === null) return t("I prefer not to answer");
  if (question.type === "text") return el("bdi", { dir: "auto", class: "written" }, value.trim());
  if (question.type === "nps") return String(value);
  const ids = Array.isArray(value) ? value : [value];
  if (!ids.length) return t("None of these");
  const chosen = (question.options ?? []).filter((one) => ids.includes(one.id));
  return el("ul", { class: "plain" }, ...chosen.map((one) => el("li", {}, said(one.text))));
}
