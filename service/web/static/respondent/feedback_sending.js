/**
 * From a written message to a stored conversation. Whatever is on its way is kept in the tab first, and sent again as
 * the same bytes: the server takes them once.
 *
 * @import { Bytes } from "./types.js"
 * @import { Card, Channel } from "./feedback_card.js"
 */
import { ApiError, post } from "./api.js";
import { ROOM, conversationKey, openConversation, periodName, sealKey, sealMessage, sealSubject } from "./conversation.js";
import { b64u, equal, fromB64u, fromHex, hex, utf8 } from "./encoding.js";
import { Refused } from "./errors.js";
import { ADDRESS } from "./feedback_card.js";
import { draft, keepDraft } from "./feedback_draft.js";
import { newReceiptCode, nullifierOf } from "./sealing.js";
import { finalize, loadDraw, newDraw, saveDraw } from "./tokens.js";

/** @typedef {{type: import("./attachments.js").ImageType, bytes: Bytes}} Picture */

const ENVELOPE = 1000; // bytes that the rest of a body takes at most

/** There is neither a code nor a token in this tab. */
export class NoCode extends Error {}

/** @param {string} text @param {Picture | null} picture @returns {boolean} Whether one message takes both. */
export const fits = (text, picture) => utf8(JSON.stringify(text)).length + (picture?.bytes.length ?? 0) + ENVELOPE <= ROOM;

/** @param {Record<string, unknown>} body @param {Picture | null} picture @returns {import("./types.js").Message} */
export const messageOf = (body, picture) => ({
  body: picture ? { ...body, attachment: { type: picture.type } } : body,
  attachment: picture?.bytes ?? new Uint8Array(0),
});

/** @type {Promise<void> | null} */
let drawing = null;

/**
 * Draw a token if this tab has none yet. Calls at the same time share one request.
 * @param {Card} card @returns {Promise<void>}
 * @throws {NoCode} @throws {Refused} if what the server says does not hold. @throws {ApiError} 403 where the code opens
 *   nothing, 409 where another month has begun.
 */
export function drawToken(card) {
  drawing ??= draw(card).finally(() => (drawing = null));
  return drawing;
}

/** @param {Card} card @returns {Promise<void>} */
async function draw(card) {
  const { code, wave = null, draw: saved, token } = draft();
  if (token) return;
  if (!code) throw new NoCode();
  const asked = saved ? await loadDraw(saved) : await newDrawFor(card);
  keepDraft({ ...draft(), draw: saveDraw(asked) });
  const request = { code, wave, period: asked.wave, blinded_message: b64u(asked.blinded) };
  const reply = await post(`${ADDRESS}/tokens`, request).catch((error) => {
    if (error instanceof ApiError && error.status === 409) keepDraft({ ...draft(), draw: undefined });
    throw error;
  });
  const drawn = await finalize(asked.state, fromB64u(String(reply.blind_signature)));
  keepDraft({ ...draft(), token: b64u(drawn) });
}

/** @param {Card} card @returns {Promise<import("./types.js").Draw>} For this month.
 * @throws {ApiError} that passes, where the month has no key yet. */
async function newDrawFor({ periods }) {
  const [now] = [...periods].sort((one, two) => (one.month < two.month ? 1 : -1));
  if (!now) throw new ApiError(503, "");
  const key = fromB64u(String(now.issuer_public_key));
  if (now.period !== hex(await periodName(now.month, key))) throw new Refused("the month's tokens are not what they are called");
  // A period stands where a wave does, and no more of a contract is looked at.
  const contract = /** @type {import("./types.js").Manifest} */ (/** @type {unknown} */ ({ issuer: { public_key: now.issuer_public_key } }));
  return newDraw(contract, now.period);
}

/**
 * Seal the draft to its channel, once: what is sealed already stays as it is.
 * @param {Channel} channel @param {Picture | null} picture @param {string} language The writer's.
 * @returns {Promise<void>} @throws {Refused} for more than one message takes.
 */
export async function sealDraft(channel, picture, language) {
  const { token = "", draw, subject = "", text = "", opening, receiptCode } = draft();
  if (opening) return;
  const spent = fromB64u(token);
  const { pseudonym, wave: period } = await loadDraw(/** @type {any} */ (draw));
  const code = receiptCode ?? newReceiptCode();
  const [key, conversation] = [await conversationKey(code), await nullifierOf(spent)];
  const body = { kind: "opening", number: 1, channel: channel.id, public_key: b64u(pseudonym.publicKey), text: text.trim(), language };
  const sealed = await openConversation({
    period: fromHex(period),
    token: spent,
    pseudonym,
    channel: channel.id,
    epoch: channel.epoch,
    code,
    sealedKey: await sealKey(key, conversation, fromB64u(channel.public_key)),
    subject: await sealSubject(key, conversation, subject.trim()),
    content: await sealMessage(key, conversation, "sender", messageOf(body, picture)),
  });
  keepDraft({ ...draft(), opening: b64u(sealed), receiptCode: code });
}

/**
 * Hand in what is sealed; then the tab forgets everything but the receipt code.
 * @returns {Promise<void>} @throws {Refused} if the reply is about something else. @throws {ApiError} 409 and 422 where
 *   it is not taken: it is no longer kept then, and the rest of the draft is.
 */
export async function handIn() {
  const { token = "", opening = "", receiptCode } = draft();
  const reply = await post(`${ADDRESS}/conversations`, fromB64u(opening)).catch(refused);
  const conversation = await nullifierOf(fromB64u(token));
  if (!equal(fromHex(String(reply.conversation)), conversation)) throw new Refused("the receipt is for another conversation");
  keepDraft({ receiptCode, sent: String(reply.day) });
}

/** @param {unknown} error @returns {never} */
function refused(error) {
  if (error instanceof ApiError && !error.passing) {
    const { opening, draw, token, receiptCode, ...rest } = draft();
    // Where the channel has another key the token is good still; else a new one is drawn.
    keepDraft(error.id === "channel-changed" ? { ...rest, draw, token, receiptCode } : rest);
  }
  throw error;
}
