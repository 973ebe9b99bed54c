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
 * @returns {HTMLElement} A list of what was asked and answered.
 */
export function answerList(manifest, { questions = {}, attributes = {} }, change) {
  const answered = manifest.questions.map((one) => row(one, answerTo(one, questions[one.id])));
  const stated = manifest.attributes.map((one) => {
    const level = one.levels.find((level) => level.id === attributes[one.id]);
    return row(one, level ? said(level.text) : t("Not said"));
  });
  return el("dl", { class: "answers" }, ...answered, ...stated);

  /** @param {{id: string, text: Record<string, string>}} asked @param {string | Node} answer @returns {HTMLElement} */
  function row(asked, answer) {
    const label = `label-${asked.id}`;
    const button = el("button", { type: "button", class: "link", "aria-describedby": label, click: () => change(asked.id) }, t("Change"));
    return el("div", {}, el("dt", { id: label }, said(asked.text)), el("dd", {}, el("span", { class: "given" }, answer), button));
  }
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
