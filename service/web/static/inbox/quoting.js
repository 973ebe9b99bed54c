/**
 * Whether a text repeats what was written in a conversation: so many words in a row, whatever their case, accents,
 * punctuation and line breaks. What the sender let be quoted may be repeated.
 */

export const RUN = 6; // words in a row that no text may share with a conversation
const MARKS = /[\p{M}\u0640]/gu; // accents, and in Arabic vowel signs and the stretching stroke
const WORD = /[\p{L}\p{N}]+/gu;

/** @param {string} text @returns {string[]} Its words, as they are compared. */
export const wordsOf = (text) => text.normalize("NFKD").replace(MARKS, "").toLowerCase().match(WORD) ?? [];

/** @param {string[]} words @returns {string[]} Every run of so many words. */
const runsOf = (words) =>
  words.slice(0, Math.max(0, words.length - RUN + 1)).map((_, from) => words.slice(from, from + RUN).join(" "));

/**
 * @param {string} text What is to be published.
 * @param {string[]} written What was written in the conversation.
 * @param {string[]} [allowed] What its sender let be quoted.
 * @returns {string | null} The longest run of words that must not be repeated, as it is compared; null if there is none.
 */
export function repeated(text, written, allowed = []) {
  const known = new Set(written.flatMap((one) => runsOf(wordsOf(one))));
  const free = new Set(allowed.flatMap((one) => runsOf(wordsOf(one))));
  const words = wordsOf(text);
  /** @type {string[]} */
  let longest = [];
  /** @type {string[]} */
  let run = [];
  runsOf(words).forEach((one, from) => {
    const found = known.has(one) && !free.has(one);
    run = found ? [...(run.length ? run : words.slice(from, from + RUN - 1)), words[from + RUN - 1]] : [];
    if (run.length > longest.length) longest = run;
  });
  return longest.length ? longest.join(" ") : null;
}

/** @param {string} quote @param {string[]} written @returns {boolean} Whether somebody wrote just these words. */
export function isFrom(quote, written) {
  const plain = (/** @type {string} */ text) => text.normalize("NFC").replace(/\s+/g, " ").trim();
  return plain(quote) !== "" && written.some((one) => plain(one).includes(plain(quote)));
}
