/**
 * Which questions stand together on a step.
 *
 * @import { Question } from "./manifest.js"
 */

const [FEWEST, MOST, USUAL] = [3, 5, 4];

/**
 * The questions in the survey's order, 3 to 5 a step, parted where the theme changes as far as that allows. One or
 * two stand alone only where the survey has no more, or five do not part evenly.
 * @param {Question[]} questions
 * @returns {Question[][]}
 */
export function stepsOf(questions) {
  /** @type {{cost: number, steps: Question[][]}[]} The best way to part the first questions, by their number. */
  const best = [{ cost: 0, steps: [] }];
  for (let end = 1; end <= questions.length; end += 1) {
    const ways = [];
    for (let size = 1; size <= Math.min(MOST, end); size += 1) {
      const before = best[end - size];
      const cost = before.cost + costOf(questions, end, size);
      ways.push({ cost, steps: [...before.steps, questions.slice(end - size, end)] });
    }
    best.push(ways.reduce((one, two) => (two.cost < one.cost ? two : one)));
  }
  return best[questions.length].steps;
}

/** @param {Question[]} questions @param {number} end @param {number} size @returns {number} */
function costOf(questions, end, size) {
  const theme = questions[end - 1].theme;
  const parted = end < questions.length && theme !== null && theme === questions[end].theme;
  return (size < FEWEST ? 100 : 0) + (parted ? 1 : 0) + 0.1 * (size - USUAL) ** 2;
}

/** @param {{questions: Question[], attributes: unknown[]}} manifest @returns {number} About how many minutes it takes. */
export function minutesOf({ questions, attributes }) {
  const texts = questions.filter((question) => question.type === "text").length;
  return Math.max(1, Math.round((40 * texts + 10 * (questions.length - texts) + 8 * attributes.length) / 60));
}
