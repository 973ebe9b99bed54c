/** What a tab remembers of feedback that is being written; it ends with the tab, and with the sending. */
import { draftOf, forget, keep } from "./tab.js";

/**
 * @typedef {object} FeedbackDraft
 * @property {string} [code] Of the feedback link, or the invitation to `wave`.
 * @property {string} [wave] Hex: the code is an invitation to this survey.
 * @property {string} [channel] Hex.
 * @property {string} [subject]
 * @property {string} [text]
 * @property {Record<string, string>} [draw] The token request (`saveDraw` of tokens.js): sent again, it gets the same answer.
 * @property {string} [token] base64url, once drawn.
 * @property {string} [opening] base64url: sealed and perhaps sent; sent again until the server says so.
 * @property {string} [receiptCode] Of what is sealed, or was stored.
 * @property {string} [sent] The day on which it is let out; with it, all is stored and only the code is left here.
 */

const NAME = "feedback"; // in the place of a wave's

/** @returns {FeedbackDraft} */
export const draft = () => /** @type {FeedbackDraft} */ (draftOf(NAME));

/** Put it in the place of what was kept. @param {FeedbackDraft} value */
export const keepDraft = (value) => keep(NAME, /** @type {import("./tab.js").Draft} */ (value));

/** Forget everything. */
export const forgetDraft = () => forget(NAME);
