/**
 * What a comparison of two surveys is for, keeps and costs, in words made from the manifest alone.
 *
 * @import { Manifest, Measure, Pairing, Question } from "./types.js"
 */
import { el, said } from "./dom.js";
import { guessOfAnswers, guessOfPresence, lossOf } from "./guess.js";
import { moment, t } from "./texts.js";

/** @param {Manifest} manifest With a pairing. @returns {HTMLElement[]} */
export function comparison(manifest) {
  const { earlier, carried_until: until } = /** @type {Pairing} */ (manifest.pairing);
  const kept =
    until === null
      ? t("Nothing of this survey is kept for a later one. What was kept of the earlier one is destroyed when the results are out.")
      : t("Of an answer with a code, what is compared stays sealed for the next survey of this program until its results are out, and no longer than {moment}. Then it and its key are destroyed. Without a code nothing is kept.", { moment: moment(until) });
  return [
    el("p", {}, earlier === null ? t("Some questions are asked again in a later survey of this program.") : t("Some questions were asked in an earlier survey of this program too."), " ", t("With a program code your earlier and later answers can be compared.")),
    el(
      "ul",
      { class: "promises" },
      ...[
        t("They are compared only after the close, inside the software that opens all sealed answers together. What comes out is the average change of everybody with a code, with random noise. Nobody can link you to a code or to your answers."),
        t("It is voluntary. Without a code your answer counts for everything else just the same."),
        kept,
      ].map((text) => el("li", {}, text)),
    ),
    details(manifest),
  ];
}

/** @param {Manifest} manifest @returns {HTMLElement} */
function details(manifest) {
  const { epsilon_presence: presence, epsilon_answers: answers, by, measures } = /** @type {Pairing} */ (manifest.pairing);
  const group = manifest.attributes.find((one) => one.id === by);
  const loss = lossOf(manifest);
  const alone = { presence: guessOfPresence(manifest.policy), answers: guessOfAnswers(manifest.policy) };
  return el(
    "details",
    {},
    el("summary", {}, t("What is compared, and what it costs in privacy")),
    el("p", {}, t("These questions are compared:")),
    el("ul", {}, ...measured(manifest.questions, measures).map((one) => el("li", {}, said(one.text)))),
    group ? el("p", {}, t("The change is also shown by:"), " ", said(group.text)) : null,
    el("p", {}, t("The comparison is counted in all that this survey promises: somebody who guesses between two answers of yours is right in at most {answers} of 100 cases (without the comparison {answersAlone}), and somebody who guesses whether you answered in at most {presence} (without it {presenceAlone}).", {
      answers: guessOfAnswers(loss),
      answersAlone: alone.answers,
      presence: guessOfPresence(loss),
      presenceAlone: alone.presence,
    })),
    el("p", {}, t("For experts: with the comparison, epsilon is {presence} for whether you answered and {answers} for what you answered.", { presence, answers })),
  );
}

/** @param {Question[]} questions @param {Measure[]} measures @returns {Question[]} The questions that are compared. */
function measured(questions, measures) {
  const scales = questions.filter((one) => one.type === "scale");
  return scales.filter((one) => measures.some(({ question, theme }) => (question === null ? theme === null || theme === one.theme : question === one.id)));
}
