/**
 * A handler's key under its passphrase and recovery code, and the keys of channels sealed to handlers.
 *
 *     lock         = salt 16 | nonce 12 | AES-256-GCM(key, private scalar 32), tag 16
 *     channel key  = HPKE to the handler, info "sottovoce/1/channel key" | channel 16 | epoch 4, of the scalar
 *
 * The key of a lock is PBKDF2-HMAC-SHA256 of the passphrase (NFC, UTF-8), or HKDF-SHA256 of the recovery code.
 *
 * @import { Bytes } from "../respondent/types.js"
 * @import { Locks, PrivateKey } from "./types.js"
 */
import { b64u, concat, fromB64u, fromHex, randomBytes, toBytes, utf8 } from "../respondent/encoding.js";
import { Refused } from "../respondent/errors.js";
import { aesGcm, expand, extract, sealTo, secretOf } from "../respondent/sealing.js";
import { openSealed, privateKey } from "./hpke.js";

export const ITERATIONS = 600_000;
const MOST_ITERATIONS = 10_000_000; // a server that names more only wants to keep this browser busy
const SALT_SIZE = 16;
const NONCE_SIZE = 12;
const RECOVERY_LABEL = "sottovoce/1/handler recovery";
const CHANNEL_LABEL = "sottovoce/1/channel key";
const KEY_LABEL = "sottovoce/1/conversation key";
const WORDS = 5;
const CHARACTERS = 16;

/** @param {string} passphrase @returns {boolean} Whether it has five words or sixteen characters, and not one again and again. */
export function longEnough(passphrase) {
  const words = new Set(passphrase.trim().split(/\s+/));
  const characters = [...passphrase.normalize("NFC").trim()];
  return (words.size >= WORDS || characters.length >= CHARACTERS) && new Set(characters).size >= WORDS;
}

/** @param {string} passphrase @param {Bytes} salt @param {number} iterations @returns {Promise<Bytes>} */
async function ofPassphrase(passphrase, salt, iterations) {
  const secret = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, secret, 256));
}

/** @param {string} code @param {Bytes} salt @returns {Promise<Bytes>} @throws {import("../respondent/errors.js").Invalid} */
const ofRecovery = async (code, salt) => expand(await extract(salt, secretOf(code)), utf8(RECOVERY_LABEL), 32);

/** @param {(salt: Bytes) => Promise<Bytes>} keyOf @param {Bytes} scalar @returns {Promise<Bytes>} 76 bytes. */
async function locked(keyOf, scalar) {
  const [salt, nonce] = [randomBytes(SALT_SIZE), randomBytes(NONCE_SIZE)];
  return concat(salt, nonce, await aesGcm("encrypt", await keyOf(salt), nonce, scalar));
}

/** @param {(salt: Bytes) => Promise<Bytes>} keyOf @param {Bytes} lock @returns {Promise<Bytes>} The scalar. */
async function unlocked(keyOf, lock) {
  const [salt, nonce] = [lock.slice(0, SALT_SIZE), lock.slice(SALT_SIZE, SALT_SIZE + NONCE_SIZE)];
  const key = await keyOf(salt);
  try {
    return await aesGcm("decrypt", key, nonce, lock.slice(SALT_SIZE + NONCE_SIZE));
  } catch {
    throw new Refused("it does not open this key");
  }
}

/** @param {Bytes} scalar @param {string} passphrase @param {string} code A recovery code.
 * @param {number} [iterations] @returns {Promise<Locks>} */
export const lockKey = async (scalar, passphrase, code, iterations = ITERATIONS) => ({
  iterations,
  by_passphrase: b64u(await locked((salt) => ofPassphrase(passphrase, salt, iterations), scalar)),
  by_recovery: b64u(await locked((salt) => ofRecovery(code, salt), scalar)),
});

/** @param {Locks & {public_key: string}} kept @param {string} passphrase @returns {Promise<PrivateKey>}
 * @throws {Refused} for another passphrase. */
export async function unlockKey({ iterations, by_passphrase, public_key }, passphrase) {
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > MOST_ITERATIONS) {
    throw new Refused("the server names no possible number of rounds");
  }
  const scalar = await unlocked((salt) => ofPassphrase(passphrase, salt, iterations), fromB64u(by_passphrase));
  return privateKey(scalar, fromB64u(public_key));
}

/** @param {Locks & {public_key: string}} kept @param {string} code @returns {Promise<PrivateKey>}
 * @throws {Refused} for another code. @throws {import("../respondent/errors.js").Invalid} if it is no code. */
export const recoverKey = async ({ by_recovery, public_key }, code) =>
  privateKey(await unlocked((salt) => ofRecovery(code, salt), fromB64u(by_recovery)), fromB64u(public_key));

/** @param {string} channel Hex. @param {number} epoch @returns {Bytes} */
const channelInfo = (channel, epoch) => concat(utf8(CHANNEL_LABEL), fromHex(channel), toBytes(epoch, 4));

/** @param {Bytes} handler Their point. @param {string} channel Hex. @param {number} epoch @param {Bytes} scalar
 * @returns {Promise<Bytes>} 113 bytes. */
export const sealChannelKey = (handler, channel, epoch, scalar) => sealTo(handler, channelInfo(channel, epoch), scalar);

/** @param {PrivateKey} handler @param {string} channel Hex. @param {number} epoch @param {Bytes} sealed
 * @param {Bytes} publicKey The channel's point in that epoch. @returns {Promise<PrivateKey>} @throws {Refused} */
export const openChannelKey = async (handler, channel, epoch, sealed, publicKey) =>
  privateKey(await openSealed(handler, channelInfo(channel, epoch), sealed), publicKey);

/** @param {PrivateKey} channelKey @param {Bytes} conversation 32 bytes. @param {Bytes} sealed 113 bytes.
 * @returns {Promise<Bytes>} The key of the conversation. @throws {Refused} if it was not sealed to the channel. */
export const openConversationKey = (channelKey, conversation, sealed) =>
  openSealed(channelKey, concat(utf8(KEY_LABEL), conversation), sealed);
