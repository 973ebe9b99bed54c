/**
 * Released results in words and tables: the whole, each question, groups, what the noise means, what was done.
 *
 * @import { Figure, Named } from "./results_figures.js"
 * @import { Texts } from "./texts.js"
 *
 * @typedef {Named & {type: string, theme: string | null, options: Named[]}} Question
 * @typedef {Named & {levels: Named[]}} Attribute
 * @typedef {{theme: string | null, text: Texts, state: "planned" | "doing" | "done", owner: string, due: string | null}} Action
 * @typedef {object} Results As `POST /api/v1/waves/{wave}/results/invited` replies.
 * @property {Texts} title
 * @property {string} closed_on
 * @property {number} invited @property {number} responses
 * @property {{k: number}} policy
 * @property {Record<"presence" | "answers", {guess: number, words: string}>} guarantee
 * @property {Question[]} questions
 * @property {Record<string, Texts>} themes
 * @property {Attribute[]} attributes
 * @property {Figure[]} figures
 * @property {Action[]} actions
 */
import { el, said } from "./dom.js";
import { dayInWords, kindOf, marginOf, number, table, valueOf } from "./results_figures.js";
import { t } from "./texts.js";

/** @param {Results} results @returns {[HTMLElement, ...HTMLElement[]]} The heading and the rest. */
export function resultsParts(results) {
  const { title, closed_on, invited, responses } = results;
  const came = t("Closed on {day}. {responses} sealed answers came from {invited} invited people.", {
    day: dayInWords(closed_on),
    responses: number(responses),
    invited: number(invited),
  });
  const parts = [...overview(results), ...actionsIn(results), ...byQuestion(results), ...byGroup(results), ...noise(results)];
  return [el("h1", {}, said(title)), el("p", {}, came), ...parts];
}

/** @param {Results} results @returns {HTMLElement[]} The whole in sentences. */
function overview(results) {
  const whole = wholeOf(results);
  const index = whole.find((one) => one.figure === "mean" && !one.question && !one.theme);
  const themes = whole.filter((one) => one.theme && one.figure !== "count");
  const items = Object.keys(results.themes).flatMap((id) => {
    const own = themes.filter((one) => one.theme === id);
    return own.length ? [el("li", {}, el("strong", {}, said(results.themes[id])), ": ", own.map(sentence).join(" "))] : [];
  });
  if (!index && !items.length) return [];
  return [
    el("h2", {}, t("Overview")),
    ...(index ? [el("p", {}, t("Over all questions with a scale:"), " ", sentence(index))] : []),
    el("ul", {}, ...items),
  ];
}

/** @param {Figure} figure @returns {string} */
function sentence(figure) {
  const said = { value: valueOf(figure), margin: marginOf(figure) };
  if (figure.words) return figure.words === "almost all" ? t("Almost all answers are favourable.") : t("Almost no answer is favourable.");
  if (figure.figure === "favourable") return t("{value} of the answers are favourable ({margin}).", said);
  return t("The average is {value} ({margin}).", said);
}

/** @param {Results} results @returns {HTMLElement[]} */
function byQuestion(results) {
  const whole = wholeOf(results);
  const parts = results.questions.flatMap(({ id, text, options }) => {
    const own = whole.filter((one) => one.question === id);
    const shares = own.filter((one) => one.figure === "share");
    const others = own.filter((one) => one.figure !== "share");
    if (!own.length) return [];
    const name = (/** @type {Figure} */ { option }) => said(options.find((one) => one.id === option)?.text ?? { en: option ?? "" });
    return [
      el("h3", {}, said(text)),
      ...(others.length ? [table(t("Summary"), others.map((one) => [kindOf(one.figure), one]))] : []),
      ...(shares.length ? [table(t("Who chose what"), shares.map((one) => [name(one), one]), true)] : []),
    ];
  });
  return parts.length ? [el("h2", {}, t("Question by question")), ...parts] : [];
}

/** @param {Results} results @returns {HTMLElement[]} */
function byGroup(results) {
  /** @type {Map<string, Figure[]>} */
  const tables = new Map();
  for (const one of results.figures) {
    if (one.table.length && one.figure !== "share") tables.set(one.table.join(" "), [...(tables.get(one.table.join(" ")) ?? []), one]);
  }
  const parts = [...tables.values()].map((figures) => {
    const attributes = figures[0].table.map((id) => results.attributes.find((one) => one.id === id));
    const names = attributes.map((one) => said(one?.text ?? {}));
    return el("details", {}, el("summary", {}, ...joined(names)), ...groupsOf(results, figures));
  });
  const shown = t("Only groups of at least {k} people are shown, and only numbers that the noise leaves something of.", { k: results.policy.k });
  return parts.length ? [el("h2", {}, t("Groups")), el("p", {}, shown), ...parts] : [];
}

/** @param {Results} results @param {Figure[]} figures Of one table. @returns {HTMLElement[]} */
function groupsOf(results, figures) {
  const keys = new Set(figures.map((one) => JSON.stringify(one.group)));
  return [...keys].flatMap((key) => {
    const own = figures.filter((one) => JSON.stringify(one.group) === key);
    const name = joined(own[0].table.map((id) => levelIn(results, id, own[0].group[id])));
    const rows = own.map((one) => /** @type {[Node, Figure]} */ ([el("span", {}, ...subject(results, one)), one]));
    return [el("h3", {}, ...name), table(t("Figures of this group"), rows)];
  });
}

/** @param {Results} results @param {Figure} figure @returns {(string | Node)[]} What it is about, and its kind. */
function subject(results, { figure, question, theme }) {
  const text = question ? results.questions.find((one) => one.id === question)?.text : theme && results.themes[theme];
  if (text) return [said(text), ": ", kindOf(figure)];
  return figure === "count" ? [kindOf(figure)] : [t("All questions with a scale"), ": ", kindOf(figure)];
}

/** @param {Results} results @param {string} attribute @param {string} level @returns {string | Node} */
function levelIn({ attributes }, attribute, level) {
  if (level === "not-said") return t("Not said");
  const found = attributes.find((one) => one.id === attribute)?.levels.find((one) => one.id === level);
  return found ? said(found.text) : level;
}

/** @param {Results} results @returns {HTMLElement[]} */
function noise({ guarantee, policy }) {
  return [
    el("h2", {}, t("What the noise means")),
    el("p", {}, t("Every number was changed by chance before anybody saw it, so that nobody can work out an answer from the results. In 90 of 100 cases the chance moved a number by no more than its margin.")),
    el("p", {}, t("So two numbers whose margins overlap may well be the same. Nothing here says how those who did not answer think.")),
    el("p", {}, t("Somebody who guesses between two answers of yours is right in at most {answers} of 100 cases, and who guesses whether you took part, in at most {presence}. By tossing a coin it would be 50. No group of fewer than {k} people is shown.", { answers: guarantee.answers.guess, presence: guarantee.presence.guess, k: policy.k })),
  ];
}

/** @param {Results} results @returns {HTMLElement[]} */
function actionsIn({ actions, themes }) {
  const states = { planned: t("Planned"), doing: t("Under way"), done: t("Done") };
  const items = actions.map(({ theme, text, state, owner, due }) => {
    const about = theme && themes[theme];
    const facts = [about && said(about), states[state], owner && t("Seen to by {who}", { who: owner }), due && t("By {day}", { day: dayInWords(due) })];
    const known = facts.filter((one) => typeof one !== "string" || one !== "");
    return el("li", { class: "card" }, el("p", { class: "written" }, said(text)), el("p", { class: "soft" }, ...joined(known.filter((one) => one !== null && one !== undefined), " · ")));
  });
  const list = items.length ? el("ul", { class: "plain" }, ...items) : el("p", {}, t("Nothing has been published yet. Come back later with the same link."));
  return [el("h2", {}, t("What was done about it")), list];
}

/** @param {Results} results @returns {Figure[]} */
const wholeOf = ({ figures }) => figures.filter((one) => !one.table.length);

/** @param {(string | Node)[]} parts @param {string} [mark] @returns {(string | Node)[]} */
const joined = (parts, mark = " / ") => parts.flatMap((part, place) => (place ? [mark, part] : [part]));
