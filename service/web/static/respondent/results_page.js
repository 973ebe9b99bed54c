/**
 * Released results in words and tables: the whole, what was done, each question, groups, what the noise means.
 *
 * @import { Results } from "./results_rows.js"
 * @import { Row } from "./results_figures.js"
 */
import { el, said } from "./dom.js";
import { barOf, dayInWords, marginOf, number, table, valueOf } from "./results_figures.js";
import { answered, distribution, groups, themeMeans } from "./results_rows.js";
import { t } from "./texts.js";

/** @param {Results} results @returns {[HTMLElement, ...(HTMLElement | null)[]]} The heading and the rest. */
export function resultsParts(results) {
  return [el("h1", {}, said(results.title)), overview(results), done(results), questions(results), inGroups(results), noise(results)];
}

/** @param {Results} results @returns {HTMLElement} */
function overview(results) {
  const { closed_on: day, responses, invited } = results;
  const came = t("Closed on {day}. {responses} sealed answers came from {invited} invited people.", { day: dayInWords(day), responses: number(responses), invited: number(invited) });
  const count = answered(results);
  const valid = count && t("Of these, about {value} hold an answer ({margin}).", { value: valueOf(count), margin: marginOf(count) });
  const means = themeMeans(results).map(({ theme, figure, most }) =>
    el("li", {}, el("strong", {}, theme ? said(theme) : t("All questions with a scale")), ": ", t("on average {value} on a scale from 1 to {most} ({margin}).", { value: valueOf(figure), most, margin: marginOf(figure) })),
  );
  return el("section", {}, el("p", {}, came, " ", valid), means.length > 0 && el("h2", {}, t("Overview")), means.length > 0 && el("ul", {}, ...means));
}

/** @param {Results} results @returns {HTMLElement} What was done about it. */
function done({ actions, themes }) {
  const states = { planned: t("Planned"), doing: t("Under way"), done: t("Done") };
  const items = actions.map(({ theme, text, state, owner, due }) => {
    const facts = [states[state], owner && t("Seen to by {who}", { who: owner }), due && t("By {day}", { day: dayInWords(due) })];
    const about = theme !== null && themes[theme];
    return el("li", {}, about && el("p", { class: "soft" }, said(about)), el("p", { class: "written" }, said(text)), el("p", { class: "soft" }, facts.filter(Boolean).join(" · ")));
  });
  const nothing = el("p", {}, t("Nothing has been published yet. Come back later with the same link."));
  return el("section", {}, el("h2", {}, t("What was done about it")), items.length ? el("ul", { class: "done" }, ...items) : nothing);
}

/** @param {Results} results @returns {HTMLElement | null} */
function questions(results) {
  const shown = distribution(results).map(({ question, parts, other }) => {
    const last = question.options.length - 1;
    const rows = parts.map(({ option, figure }) => {
      const level = question.type === "scale" && last ? question.options.indexOf(option) / last : undefined;
      return /** @type {Row} */ ([said(option.text), figure, barOf(figure, level)]);
    });
    if (other) rows.push([t("Recommendation, −100 to 100"), other]);
    return el("section", {}, el("h3", {}, said(question.text)), table(parts.length ? t("Who chose what") : t("Overview"), t("Answer"), rows));
  });
  return shown.length ? el("section", {}, el("h2", {}, t("Question by question")), ...shown) : null;
}

/** @param {Results} results @returns {HTMLElement | null} */
function inGroups(results) {
  const shown = groups(results).map(({ names, count, means }) => {
    const name = names.flatMap((level, place) => [place ? " / " : "", level ? said(level) : t("Not said")]);
    const rows = means.map(({ theme, figure }) => /** @type {Row} */ ([theme ? said(theme) : t("All questions with a scale"), figure]));
    return el("details", {}, el("summary", {}, ...name), table(t("Answers and averages of this group"), t("Subject"), [[t("Answers"), count], ...rows]));
  });
  const rule = t("Only groups of at least {k} people are shown, and only numbers that the noise leaves something of.", { k: results.policy.k });
  return shown.length ? el("section", {}, el("h2", {}, t("Groups")), el("p", {}, rule), ...shown) : null;
}

/** @param {Results} results @returns {HTMLElement} */
function noise({ guarantee }) {
  const guesses = { answers: guarantee.answers.guess, presence: guarantee.presence.guess };
  return el(
    "section",
    {},
    el("h2", {}, t("What the noise means")),
    el("p", {}, t("Every number was changed by chance before anybody saw it, so that nobody can work out a person's answer from the results. In 90 of 100 cases chance moved a number by no more than its margin.")),
    el("p", {}, t("A difference that is smaller than the margins may be nothing but chance. And no number tells what those think who did not answer.")),
    el("p", {}, t("With all of these results, somebody who guesses between two answers of yours is right in at most {answers} of 100 cases, and somebody who guesses whether you took part in at most {presence}. By tossing a coin it would be 50.", guesses)),
  );
}
