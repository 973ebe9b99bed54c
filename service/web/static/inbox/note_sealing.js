/**
 * Notes among handlers, sealed under the channel's key: neither the server nor the sender can read them.
 *
 *     content = nonce 12 | AES-256-GCM(HKDF-SHA256 of the channel's scalar, padded), tag 16
 *     padded  = length of the body 4 | 0 4 | body | zeros, to 1024 or 4096 bytes
 *
 * @import { Bytes } from "../respondent/types.js"
 * @import { PrivateKey } from "./types.js"
 */
import { concat, randomBytes, toBytes, toInteger, utf8 } from "../respondent/encoding.js";
import { Refused } from "../respondent/errors.js";
import { aesGcm, expand, extract } from "../respondent/sealing.js";

const SIZES = [1024, 4096];
const LENGTHS = 8;
const NONCE_SIZE = 12;

/** @param {PrivateKey} channel @param {Bytes} conversation @returns {Promise<Bytes>} */
const noteKey = async ({ scalar }, conversation) =>
  expand(await extract(conversation, scalar), utf8("sottovoce/1/note"), 32);

/** @param {PrivateKey} channel @param {Bytes} conversation @param {object} body @returns {Promise<Bytes>} @throws {Refused} if it is too long. */
export async function sealNote(channel, conversation, body) {
  const text = utf8(JSON.stringify(body));
  const size = SIZES.find((one) => text.length + LENGTHS <= one);
  if (!size) throw new Refused("the note is too long; write two");
  const padded = new Uint8Array(size);
  padded.set(concat(toBytes(text.length, 4), new Uint8Array(4), text));
  const nonce = randomBytes(NONCE_SIZE);
  return concat(nonce, await aesGcm("encrypt", await noteKey(channel, conversation), nonce, padded));
}

/** @param {PrivateKey} channel @param {Bytes} conversation @param {Bytes} content @returns {Promise<Record<string, unknown>>} @throws {Refused} */
export async function openNote(channel, conversation, content) {
  try {
    const key = await noteKey(channel, conversation);
    const padded = await aesGcm("decrypt", key, content.slice(0, NONCE_SIZE), content.slice(NONCE_SIZE));
    const length = Number(toInteger(padded.slice(0, 4)));
    const body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(padded.slice(LENGTHS, LENGTHS + length)));
    if (typeof body === "object" && body !== null) return body;
  } catch {
    // Told below.
  }
  throw new Refused("the note cannot be opened");
}
