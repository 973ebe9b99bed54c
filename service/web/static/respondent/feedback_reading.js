/**
 * A conversation behind a receipt code. The code stays here: the server is asked under its locator, and shown what proves
 * that one has the code; both are derived from it and give neither the code nor the key away.
 *
 * @import { Bytes, Pseudonym } from "./types.js"
 * @import { Mark, Side } from "./conversation.js"
 * @import { Picture } from "./feedback_sending.js"
 */
import { deliver, post } from "./api.js";
import {
  accessOf,
  addMessage,
  conversationKey,
  deleteConversation,
  idOf,
  locatorOfCode,
  openSubject,
  quoteStatement,
  sealMessage,
  unlockSender,
} from "./conversation.js";
import { inOrder, openedMessage } from "./conversation_order.js";
import { b64u, equal, fromB64u, fromHex, hex } from "./encoding.js";
import { Refused } from "./errors.js";
import { ADDRESS } from "./feedback_card.js";
import { messageOf } from "./feedback_sending.js";
import { sign } from "./tokens.js";

/**
 * @typedef {object} Said One message, opened here.
 * @property {string} id Hex.
 * @property {Side} from
 * @property {string} day
 * @property {boolean} out Whether the other side can see it.
 * @property {Record<string, any>} body The other side may write anything into it; empty where it cannot be opened.
 * @property {number} number
 * @property {Bytes} attachment
 * @property {boolean} spoiled
 *
 * @typedef {object} Conversation
 * @property {string} code
 * @property {Bytes} name 32 bytes.
 * @property {Bytes} key
 * @property {Pseudonym} pseudonym The sender's.
 * @property {string} channel Hex.
 * @property {string} subject
 * @property {string} state As its handlers have it: new, acknowledged, working, resolved.
 * @property {string} deleteOn The day on which it is deleted.
 * @property {Said[]} said In the order in which it was written.
 */

/** @param {string} code @returns {Promise<Conversation>} @throws {import("./errors.js").Invalid} for no code.
 * @throws {Refused} if what the server says does not hold. @throws {import("./api.js").ApiError} 404 where there is none. */
export async function read(code) {
  const found = await post(`${ADDRESS}/lookups`, { locator: hex(await locatorOfCode(code)), access: b64u(await accessOf(code)) });
  const pseudonym = await unlockSender(code, fromB64u(found.locker), fromB64u(found.public_key));
  const [name, key] = [fromHex(found.conversation), await conversationKey(code)];
  const said = await Promise.all(found.messages.map((/** @type {any} */ one) => openedByName(key, name, one)));
  return {
    code,
    name,
    key,
    pseudonym,
    channel: found.channel,
    subject: await openSubject(key, name, fromB64u(found.subject)),
    state: found.state,
    deleteOn: found.delete_on,
    said: said.sort(inOrder),
  };
}

/** A message under another name than its own does not open: answers to it would name another one.
 * @param {Bytes} key @param {Bytes} name @param {{id: string, from: Side, day: string, out: boolean, content: string}} message
 * @returns {Promise<Said>} */
async function openedByName(key, name, message) {
  let own = "";
  try {
    own = hex(await idOf(fromB64u(message.content)));
  } catch {
    // No base64url: then it has no name.
  }
  return openedMessage(key, name, own === message.id ? message : { ...message, content: "" });
}

/** @param {unknown} value @returns {string} The other side may send anything. */
export const textOf = (value) => (typeof value === "string" ? value : "");

/** @param {Conversation} conversation @param {string} question The id of a message. @returns {Said | undefined} The sender's answer to it. */
export const answerTo = ({ said }, question) =>
  said.find((one) => one.from === "sender" && one.body.kind === "quote-answer" && one.body.question === question);

/**
 * Seal a further message; to be sent by `add`, again as it is after a lost reply.
 * @param {Conversation} conversation @param {Record<string, unknown>} body Without its number.
 * @param {Picture | null} picture @param {Mark | null} mark
 * @returns {Promise<Bytes>} @throws {Refused} for more than one message takes.
 */
export async function sealed({ key, name, pseudonym, said }, body, picture, mark) {
  const number = 1 + Math.max(0, ...said.map((one) => one.number));
  const content = await sealMessage(key, name, "sender", messageOf({ ...body, number }, picture));
  return addMessage(name, pseudonym, mark, content);
}

/** @param {Bytes} addition @returns {Promise<string>} The day on which it is let out. @throws {import("./api.js").ApiError} */
export async function add(addition) {
  const reply = await post(`${ADDRESS}/messages`, addition);
  if (!equal(fromHex(String(reply.id)), await idOf(addition.slice(36, -64)))) throw new Refused("the reply is about another message");
  return String(reply.day);
}

/** @param {Conversation} conversation @param {string} quote @returns {Promise<string>} The signature that lets these words be quoted, base64url. */
export const consent = async ({ name, pseudonym }, quote) => b64u(await sign(pseudonym, await quoteStatement(name, quote)));

/** @param {Conversation} conversation @returns {Promise<void>} @throws {import("./api.js").ApiError} */
export async function remove({ name, pseudonym }) {
  await deliver(`${ADDRESS}/deletions`, await deleteConversation(name, pseudonym));
}
