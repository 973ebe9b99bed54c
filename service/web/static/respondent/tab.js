/** What a tab remembers of a wave: in sessionStorage, which no other tab sees and which ends with the tab. */

/**
 * @typedef {object} Draft
 * @property {string} [offered] The invitation code as it stood in the address, not looked at yet.
 * @property {string} [code] The invitation code, until a token was drawn with it.
 * @property {string} [used] SHA-256 of the invitation code, hex: tells the same link from another one.
 * @property {boolean} [typed] Whether it was typed, at a device that others use too.
 * @property {unknown} [draw] The token request (`saveDraw` of tokens.js): sent again, it gets the same answer.
 * @property {string} [token] base64url, once drawn.
 * @property {Record<string, any>} [questions] Answers by question id as `answers.js` takes them, a set as a list;
 *   null is "I prefer not to answer".
 * @property {Record<string, string>} [attributes] Level id by attribute id.
 * @property {"have" | "make" | "none"} [program] What was chosen about a program code; never the code.
 * @property {number} [step] Where the respondent is.
 * @property {string} [changing] A receipt code: the answers replace the one behind it, and no token is needed.
 * @property {string} [envelope] base64url: sealed and perhaps sent; sent again until the server says so.
 * @property {string} [receiptCode] Of the sealed answer.
 * @property {{leaf: string, signature: string}} [receipt] Hex and base64url; with it, the answer is stored.
 */

/** @type {Record<string, Draft>} */
const memory = {};

/** Whether the browser lets a tab remember; if not, a reload forgets. */
export let remembers = true;

/** @param {string} wave Hex. @returns {Draft} */
export function draftOf(wave) {
  try {
    return JSON.parse(sessionStorage.getItem(`sottovoce/${wave}`) ?? "{}");
  } catch {
    return memory[wave] ?? {};
  }
}

/** Put `draft` in the place of what was kept. @param {string} wave Hex. @param {Draft} draft */
export function keep(wave, draft) {
  memory[wave] = draft;
  try {
    sessionStorage.setItem(`sottovoce/${wave}`, JSON.stringify(draft));
  } catch {
    remembers = false;
  }
}

/** @param {string} wave Hex. */
export function forget(wave) {
  delete memory[wave];
  try {
    sessionStorage.removeItem(`sottovoce/${wave}`);
  } catch {
    // There was nothing to forget.
  }
}
