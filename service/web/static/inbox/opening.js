/**
 * Opens a conversation: its key, subject and messages, and what its sender has let be quoted.
 *
 * What the server says of a conversation is not believed where its sender has signed or sealed it: the pseudonym is
 * that of the sealed opening, and a yes to a quote is one only with that pseudonym's signature.
 *
 * @import { Bytes } from "../respondent/types.js"
 * @import { Conversation, Opened, Quote, Said } from "./types.js"
 */
import { openSubject, quoteStatement } from "../respondent/conversation.js";
import { inOrder, openedMessage } from "../respondent/conversation_order.js";
import { fromB64u, fromHex } from "../respondent/encoding.js";
import { signatureHolds } from "../respondent/tokens.js";
import { conversationKey } from "./session.js";

/** @param {Conversation} item @returns {Promise<Opened>} @throws {import("../respondent/errors.js").Refused} without a key for it. */
export async function opened(item) {
  const [key, conversation] = [await conversationKey(item), fromHex(item.conversation)];
  const [subject, ...said] = await Promise.all([
    openSubject(key, conversation, fromB64u(item.subject)).catch(() => "(the subject cannot be opened)"),
    ...item.messages.map((message) => openedMessage(key, conversation, message)),
  ]);
  said.sort(inOrder);
  const opening = said.find((one) => one.from === "sender" && one.body.kind === "opening")?.body;
  const point = bytesOf(opening?.public_key);
  const quotes = point ? await quotesIn(said, conversation, point) : [];
  return { item, key, subject, point, language: textOf(opening?.language) || "en", said, quotes };
}

/** @param {Said[]} said @param {Bytes} conversation @param {Bytes} point @returns {Promise<Quote[]>} */
async function quotesIn(said, conversation, point) {
  const found = await Promise.all(said.map((answer) => quoteOf(answer, said, conversation, point)));
  return found.filter((one) => one !== null);
}

/**
 * @param {Said} answer @param {Said[]} said @param {Bytes} conversation @param {Bytes} point
 * @returns {Promise<Quote | null>} What this message lets be quoted; null if it does not, or is not signed for it.
 */
export async function quoteOf(answer, said, conversation, point) {
  const { kind, question, yes, signature } = answer.body;
  if (answer.from !== "sender" || kind !== "quote-answer" || yes !== true) return null;
  const asked = said.find((one) => one.id === question && one.from === "handlers" && one.body.kind === "quote-question");
  const text = textOf(asked?.body.quote);
  const signed = bytesOf(signature);
  if (!text || !signed) return null;
  const holds = await signatureHolds(point, signed, await quoteStatement(conversation, text));
  return holds ? { text, signature } : null;
}

/** @param {unknown} value @returns {string} The other side may send anything. */
export const textOf = (value) => (typeof value === "string" ? value : "");

/** @param {unknown} value @returns {Bytes | null} */
function bytesOf(value) {
  try {
    return value ? fromB64u(textOf(value)) : null;
  } catch {
    return null;
  }
}

/** @param {Said[]} said @returns {number} What the next message of this side is numbered. */
export const nextNumber = (said) => 1 + Math.max(0, ...said.map((one) => one.number));

/** @param {Opened} conversation @returns {string[]} Everything that was written in it. */
export const writtenIn = ({ subject, said }) =>
  [subject, ...said.flatMap(({ body }) => [textOf(body.text), textOf(body.quote)])].filter(Boolean);
