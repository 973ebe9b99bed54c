/**
 * The invited people's results, sorted for a page. Nothing is computed but clipping: every number was released.
 *
 * @typedef {Record<string, string>} Texts
 * @typedef {{id: string, text: Texts}} Named
 * @typedef {Named & {type: string, theme: string | null, options: Named[]}} Question
 * @typedef {object} Figure
 * @property {string[]} table Attribute ids, empty for the whole.
 * @property {Record<string, string>} group Level ids by attribute id.
 * @property {"count" | "mean" | "favourable" | "share" | "nps"} figure
 * @property {string | null} question @property {string | null} theme @property {string | null} option
 * @property {number | null} value @property {number | null} low @property {number | null} high
 * @property {number | null} margin @property {string | null} words
 *
 * @typedef {object} Results As `POST /api/v1/waves/{wave}/results/invited` answers.
 * @property {Texts} title @property {string} closed_on @property {number} invited @property {number} responses
 * @property {{k: number}} policy
 * @property {{presence: {guess: number}, answers: {guess: number}}} guarantee
 * @property {Question[]} questions @property {Record<string, Texts>} themes
 * @property {(Named & {levels: Named[]})[]} attributes
 * @property {Figure[]} figures
 * @property {{theme: string | null, text: Texts, state: "planned" | "doing" | "done", owner: string, due: string | null}[]} actions
 */

/** @param {Figure} figure @returns {boolean} Whether it is about everybody who answered. */
const whole = (figure) => figure.table.length === 0;

/** @param {Results} results @returns {Figure | undefined} How many answered, with its noise; undefined if it is withheld. */
export const answered = ({ figures }) => figures.find((one) => whole(one) && one.figure === "count");

/**
 * @param {Results} results
 * @returns {{question: Question, parts: {option: Named, figure: Figure}[], other?: Figure}[]} The questions of which
 *   something is shown, with the shares that are shown, and the score of a question that has one.
 */
export function distribution({ questions, figures }) {
  const found = questions.map((question) => {
    const own = figures.filter((one) => whole(one) && one.question === question.id);
    const parts = question.options.flatMap((option) => {
      const figure = own.find((one) => one.figure === "share" && one.option === option.id);
      return figure ? [{ option, figure }] : [];
    });
    return { question, parts, other: own.find((one) => one.figure === "nps") };
  });
  return found.filter(({ parts, other }) => parts.length > 0 || other);
}

/** @param {Results} results @returns {{theme: Texts | null, figure: Figure, most: number}[]} Means of themes over
 *   everybody, null being all of them together; `most` is the best possible mean. */
export function themeMeans({ figures, themes, questions }) {
  return figures
    .filter((one) => whole(one) && one.figure === "mean" && one.question === null)
    .map((figure) => {
      const scales = questions.filter((one) => one.type === "scale" && (figure.theme === null || one.theme === figure.theme));
      const theme = figure.theme === null ? null : (themes[figure.theme] ?? { en: figure.theme });
      return { theme, figure, most: scales[0]?.options.length ?? 5 };
    });
}

/** @param {Results} results @returns {{names: (Texts | null)[], count: Figure, means: {theme: Texts | null, figure: Figure, most: number}[]}[]}
 *   The groups that are shown, with the names of their levels; null for a level that was not stated. */
export function groups(results) {
  const counts = results.figures.filter((one) => !whole(one) && one.figure === "count");
  return counts.map((count) => {
    const same = results.figures.filter((one) => sameGroup(one, count)).map((one) => ({ ...one, table: [] }));
    return { names: count.table.map((id) => levelText(results, id, count.group[id])), count, means: themeMeans({ ...results, figures: same }) };
  });
}

/** @param {Figure} one @param {Figure} two @returns {boolean} */
const sameGroup = (one, two) => one.table.length === two.table.length && two.table.every((id) => one.group[id] === two.group[id]);

/** @param {Results} results @param {string} attribute @param {string} level @returns {Texts | null} */
const levelText = ({ attributes }, attribute, level) =>
  attributes.find((one) => one.id === attribute)?.levels.find((one) => one.id === level)?.text ?? null;

/**
 * @param {Figure} figure @returns {number} The value as it may be displayed: within the interval, and for "almost" the
 *   end it names.
 */
export function displayed({ value, low, high, words }) {
  const [from, to] = [low ?? 0, high ?? 0];
  if (value === null) return words === "almost all" ? to : from;
  return Math.min(Math.max(value, from), to);
}

/** @param {string} text A link, or the code alone. @returns {string} The invitation code in it; empty if there is none. */
export function codeIn(text) {
  const [before, after] = text.trim().split("#");
  const code = after ?? (before.includes("/") ? "" : before);
  return /^[\w-]{10,100}$/.test(code) ? code : "";
}
