/**
 * Anonymous conversations, as docs/protocol.md lays them out: what opens one, adds to one and deletes one, and what is
 * sealed in it.
 *
 *     opening  = "SC1" | period 32 | token 354 | pk 65 | channel 16 | epoch 4 | locator 16 | access digest 32
 *                | locker 60 | sealed key 113 | subject 156 | content | signature 64
 *     addition = "SM1" | conversation 32 | mark 1 | content | signature 64
 *     deletion = "SD1" | conversation 32 | signature 64
 *     content  = nonce 12 | AES-256-GCM(padded), tag 16
 *     padded   = length of the body 4 | length of the attachment 4 | body | attachment | zeros
 *
 * A conversation is named by the nullifier of the token that opened it, and its key follows from the receipt code.
 *
 * @import { Bytes, Message, Pseudonym } from "./types.js"
 */
import { concat, fromHex, randomBytes, sha256, toBytes, toInteger, utf8 } from "./encoding.js";
import { Refused } from "./errors.js";
import { aesGcm, checkBinding, derived, expand, extract, locatorOf, lock, sealTo, unlockPseudonym } from "./sealing.js";
import { sign } from "./tokens.js";

/** @typedef {"sender" | "handlers"} Side Who writes. */
/** @typedef {"resolved" | "not-resolved"} Mark What a message says of the conversation's state, in the clear. */

/** Bytes of a message before it is sealed, whatever it says. */
export const SIZES = [1024, 4096, 16384, 65536, 262144];
/** Bytes that a body and an attachment have together. */
export const ROOM = 262144 - 8;
/** Bytes of UTF-8 that a subject has at most. */
export const SUBJECT_BYTES = 126;

const MARKS = [null, "resolved", "not-resolved"]; // by the byte that stands for each
// SHA-256 of "sottovoce/1/conversation", in the place of a wave's name.
const CONVERSATIONS = fromHex("49b689f2e7a4387b8721502433cee52af7b8cfe88d42d80eec16787d70017fbd");
const KEY_LABEL = "conversation key";
const LENGTHS = 8;
const NONCE_SIZE = 12;
const PADDED_SUBJECT = 128;
const SPOILED = "the message was not sealed for this conversation";

/** @param {string} month Such as 2026-11. @param {Bytes} issuerKey @returns {Promise<Bytes>} The name of a month's tokens. */
export const periodName = (month, issuerKey) => sha256(concat(utf8("sottovoce/1/feedback period"), utf8(month), issuerKey));

/** @param {string} code @returns {Promise<Bytes>} Where its conversation is, 16 bytes. @throws {import("./errors.js").Invalid} for no code. */
export const locatorOfCode = (code) => locatorOf(CONVERSATIONS, code);

/** @param {string} code @returns {Promise<Bytes>} What shows that one has the code and not the locator alone, 32 bytes. */
export const accessOf = (code) => derived(CONVERSATIONS, code, "access", 32);

/** @param {string} code @returns {Promise<Bytes>} The key of the conversation, 32 bytes. */
export const conversationKey = (code) => derived(CONVERSATIONS, code, KEY_LABEL, 32);

/** @param {string} code @param {Bytes} locker @param {Bytes} publicKey @returns {Promise<Pseudonym>} The sender's key.
 * @throws {Refused} if this code does not open it. */
export const unlockSender = (code, locker, publicKey) => unlockPseudonym(CONVERSATIONS, code, locker, publicKey);

/** @param {Bytes} key @param {Bytes} conversation @param {Bytes} channelPublicKey A point.
 * @returns {Promise<Bytes>} The conversation's key, sealed to a channel: 113 bytes. Rejects if that is no point. */
export const sealKey = (key, conversation, channelPublicKey) =>
  sealTo(channelPublicKey, concat(utf8(`sottovoce/1/${KEY_LABEL}`), conversation), key);

/**
 * @param {{period: Bytes, token: Bytes, pseudonym: Pseudonym, channel: string, epoch: number, code: string,
 *   sealedKey: Bytes, subject: Bytes, content: Bytes}} parts `channel` is hex; the last three are sealed.
 * @returns {Promise<Bytes>} What opens a conversation. @throws {Refused} if the token is not bound to the pseudonym.
 */
export async function openConversation({ period, token, pseudonym, channel, epoch, code, sealedKey, subject, content }) {
  await checkBinding(token, period, pseudonym.publicKey);
  return signed(
    pseudonym,
    utf8("SC1"),
    period,
    token,
    pseudonym.publicKey,
    fromHex(channel),
    toBytes(epoch, 4),
    await locatorOfCode(code),
    await sha256(await accessOf(code)),
    await lock(CONVERSATIONS, code, pseudonym),
    sealedKey,
    subject,
    content,
  );
}

/** @param {Bytes} conversation @param {Pseudonym} pseudonym @param {Mark | null} mark @param {Bytes} content
 * @returns {Promise<Bytes>} What adds a sender's message. */
export const addMessage = (conversation, pseudonym, mark, content) =>
  signed(pseudonym, utf8("SM1"), conversation, Uint8Array.of(MARKS.indexOf(mark)), content);

/** @param {Bytes} conversation @param {Pseudonym} pseudonym @returns {Promise<Bytes>} What deletes a conversation. */
export const deleteConversation = (conversation, pseudonym) => signed(pseudonym, utf8("SD1"), conversation);

/** @param {Bytes} conversation @param {string} text @returns {Promise<Bytes>} What a sender signs to let these words be quoted. */
export const quoteStatement = async (conversation, text) =>
  concat(utf8("sottovoce/1/quote"), conversation, await sha256(utf8(text)));

/** @param {Bytes} key @param {Bytes} conversation @param {Side} side @param {Message} message
 * @returns {Promise<Bytes>} Its content, in the smallest class that takes it. @throws {Refused} for more than `ROOM` bytes. */
export async function sealMessage(key, conversation, side, { body, attachment }) {
  const text = utf8(JSON.stringify(body));
  const used = LENGTHS + text.length + attachment.length;
  const size = SIZES.find((one) => used <= one);
  if (!size) throw new Refused(`a message has ${ROOM} bytes at most`);
  const padded = new Uint8Array(size);
  padded.set(concat(toBytes(text.length, 4), toBytes(attachment.length, 4), text, attachment));
  return sealed(await keyOf(key, conversation, side), padded);
}

/** @param {Bytes} key @param {Bytes} conversation @param {Side} side Who wrote it. @param {Bytes} content
 * @returns {Promise<Message>} @throws {Refused} if it was not sealed so, or is not laid out as a message. */
export async function openMessage(key, conversation, side, content) {
  const padded = await opened(await keyOf(key, conversation, side), content);
  const end = LENGTHS + Number(toInteger(padded.slice(0, 4)));
  const whole = end + Number(toInteger(padded.slice(4, LENGTHS)));
  if (SIZES.includes(padded.length) && whole <= padded.length && !padded.subarray(whole).some(Boolean)) {
    try {
      const body = JSON.parse(strictText(padded.slice(LENGTHS, end)));
      if (body !== null && typeof body === "object" && !Array.isArray(body)) return { body, attachment: padded.slice(end, whole) };
    } catch {
      // Told below.
    }
  }
  throw new Refused("the message is not laid out as one");
}

/** @param {Bytes} key @param {Bytes} conversation @param {string} subject
 * @returns {Promise<Bytes>} 156 bytes whatever it says. @throws {Refused} beyond `SUBJECT_BYTES`. */
export async function sealSubject(key, conversation, subject) {
  const text = utf8(subject);
  if (text.length > SUBJECT_BYTES) throw new Refused(`a subject has ${SUBJECT_BYTES} bytes at most`);
  const padded = new Uint8Array(PADDED_SUBJECT);
  padded.set(concat(toBytes(text.length, 2), text));
  return sealed(await keyOf(key, conversation, "subject"), padded);
}

/** @param {Bytes} key @param {Bytes} conversation @param {Bytes} content @returns {Promise<string>} @throws {Refused} */
export async function openSubject(key, conversation, content) {
  const padded = await opened(await keyOf(key, conversation, "subject"), content);
  try {
    return strictText(padded.slice(2, 2 + Number(toInteger(padded.slice(0, 2)))));
  } catch {
    throw new Refused("the subject is not laid out as one");
  }
}

/** @param {Bytes} content @returns {Promise<Bytes>} The name of a message or note, 16 bytes. */
export const idOf = async (content) => (await sha256(content)).slice(0, 16);

/** @param {Pseudonym} pseudonym @param {...Bytes} parts @returns {Promise<Bytes>} */
async function signed(pseudonym, ...parts) {
  const body = concat(...parts);
  return concat(body, await sign(pseudonym, body));
}

/** @param {Bytes} key @param {Bytes} conversation @param {Side | "subject"} use @returns {Promise<Bytes>} */
const keyOf = async (key, conversation, use) =>
  expand(await extract(conversation, key), utf8(`sottovoce/1/${use === "subject" ? use : `message/${use}`}`), 32);

/** @param {Bytes} key @param {Bytes} plaintext @returns {Promise<Bytes>} */
async function sealed(key, plaintext) {
  const nonce = randomBytes(NONCE_SIZE);
  return concat(nonce, await aesGcm("encrypt", key, nonce, plaintext));
}

/** @param {Bytes} key @param {Bytes} content @returns {Promise<Bytes>} @throws {Refused} */
async function opened(key, content) {
  try {
    return await aesGcm("decrypt", key, content.slice(0, NONCE_SIZE), content.slice(NONCE_SIZE));
  } catch {
    throw new Refused(SPOILED);
  }
}

/** @param {Bytes} data @returns {string} @throws {TypeError} unless it is UTF-8. */
const strictText = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
