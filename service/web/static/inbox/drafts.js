/**
 * Replies that were begun. While the page is locked they are sealed to the handler's own key, in memory alone.
 *
 * @import { Bytes } from "../respondent/types.js"
 * @import { PrivateKey } from "./types.js"
 */
import { utf8 } from "../respondent/encoding.js";
import { sealTo } from "../respondent/sealing.js";
import { openSealed } from "./hpke.js";

const LABEL = utf8("sottovoce/1/draft in memory");

/** @type {Map<string, string>} */
const drafts = new Map();
/** @type {Promise<Bytes> | null} */
let sealed = null;

/** @param {string} conversation @returns {string} */
export const draftOf = (conversation) => drafts.get(conversation) ?? "";

/** @param {string} conversation @param {string} text Empty to forget it. */
export function keepDraft(conversation, text) {
  if (text) drafts.set(conversation, text);
  else drafts.delete(conversation);
}

/** Put the drafts away. @param {PrivateKey} key */
export function putAway(key) {
  if (drafts.size > 0) sealed = sealTo(key.publicKey, LABEL, utf8(JSON.stringify([...drafts])));
  drafts.clear();
}

/** Take them out again, if it is the same key. @param {PrivateKey} key */
export async function takeOut(key) {
  if (!sealed) return;
  try {
    const kept = JSON.parse(new TextDecoder().decode(await openSealed(key, LABEL, await sealed)));
    for (const [conversation, text] of kept) drafts.set(conversation, text);
  } catch {
    // Another key: they were another person's.
  }
  sealed = null;
}
