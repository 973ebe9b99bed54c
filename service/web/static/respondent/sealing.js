/**
 * Sealed answers, receipt codes, receipts and the board. HPKE is RFC 9180 in base mode: DHKEM(P-256, HKDF-SHA256),
 * HKDF-SHA256, AES-256-GCM.
 *
 *     envelope = "SV1" | wave 32 | token 354 | pk 65 | sequence 4 | locator 16 | locker 60 | enc 65 | ct | signature 64
 *
 * `ct` is as long as the wave's plaintext and a tag of 16 bytes. Nothing here can open what it sealed.
 *
 * @import { Bytes, Manifest, Pseudonym, Unlocked, Verified, Wave } from "./types.js"
 */
import { sizeOf } from "./answers.js";
import { concat, equal, fromB64u, randomBytes, sha256, toBytes, toInteger, utf8, waveBytes } from "./encoding.js";
import { Invalid, Refused } from "./errors.js";
import { INPUT_SIZE, TOKEN_SIZE, nonceOf, pseudonymOf, sign, signatureHolds, verifyToken } from "./tokens.js";

const MAGIC = utf8("SV1");
const PARTS = { magic: 3, wave: 32, token: TOKEN_SIZE, publicKey: 65, sequence: 4, locator: 16, locker: 60 };
const SIGNATURE_SIZE = 64;
const OVERHEAD = Object.values(PARTS).reduce((one, two) => one + two) + 65 + 16 + SIGNATURE_SIZE; // enc and tag too
const MAX_SEQUENCE = 2 ** 32 - 1;

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const KEM = concat(utf8("KEM"), Uint8Array.of(0, 16));
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0, 16, 0, 1, 0, 2));
const NOTHING = new Uint8Array(0);

// Receipt codes: 128 random bits in Crockford's base 32, https://www.crockford.com/base32.html.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = 26;

/** HMAC, and so HKDF-Extract (RFC 5869). @param {Bytes} key @param {Bytes} data @returns {Promise<Bytes>} */
export async function extract(key, data) {
  // WebCrypto takes no empty key; HMAC pads a short one with zeros, so this is the same key.
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

/** HKDF-Expand. @param {Bytes} key @param {Bytes} info @param {number} size At most 32. @returns {Promise<Bytes>} */
export const expand = async (key, info, size) => (await extract(key, concat(info, Uint8Array.of(1)))).slice(0, size);

/** @param {Bytes} suite @param {Bytes} salt @param {string} label @param {Bytes} secret @returns {Promise<Bytes>} */
const labeledExtract = (suite, salt, label, secret) =>
  extract(salt, concat(utf8("HPKE-v1"), suite, utf8(label), secret));

/** @param {Bytes} suite @param {Bytes} key @param {string} label @param {Bytes} info @param {number} size
 * @returns {Promise<Bytes>} */
const labeledExpand = (suite, key, label, info, size) =>
  expand(key, concat(toBytes(size, 2), utf8("HPKE-v1"), suite, utf8(label), info), size);

/** Key and nonce of the first message, of which the sender made `ephemeral`. @param {Bytes} recipient
 * @param {Bytes} info @param {CryptoKeyPair} ephemeral @returns {Promise<{enc: Bytes, key: Bytes, nonce: Bytes}>} */
export async function keySchedule(recipient, info, ephemeral) {
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const to = await crypto.subtle.importKey("raw", recipient, CURVE, true, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: to }, ephemeral.privateKey, 256);
  return { enc, ...(await keyOfShared(new Uint8Array(shared), enc, recipient, info)) };
}

/** Key and nonce that follow from what both sides share. @param {Bytes} shared @param {Bytes} enc
 * @param {Bytes} recipient @param {Bytes} info @returns {Promise<{key: Bytes, nonce: Bytes}>} */
export async function keyOfShared(shared, enc, recipient, info) {
  const extracted = await labeledExtract(KEM, NOTHING, "eae_prk", shared);
  const secret = await labeledExpand(KEM, extracted, "shared_secret", concat(enc, recipient), 32);
  const context = concat(
    new Uint8Array(1), // the base mode
    await labeledExtract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    await labeledExtract(SUITE, NOTHING, "info_hash", info),
  );
  const schedule = await labeledExtract(SUITE, secret, "secret", NOTHING);
  const key = await labeledExpand(SUITE, schedule, "key", context, 32);
  return { key, nonce: await labeledExpand(SUITE, schedule, "base_nonce", context, 12) };
}

/** @param {"encrypt" | "decrypt"} operation @param {Bytes} key @param {Bytes} nonce @param {Bytes} data
 * @returns {Promise<Bytes>} AES-256-GCM, the tag last. Rejects where the tag does not hold. */
export async function aesGcm(operation, key, nonce, data) {
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, [operation]);
  return new Uint8Array(await crypto.subtle[operation]({ name: "AES-GCM", iv: nonce }, cipher, data));
}

/** @param {Bytes} recipient A point, 65 bytes. @param {Bytes} info @param {Bytes} plaintext
 * @returns {Promise<Bytes>} `enc 65 | ciphertext`, with a tag of 16 bytes. */
export async function sealTo(recipient, info, plaintext) {
  const ephemeral = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const { enc, key, nonce } = await keySchedule(recipient, info, ephemeral);
  return concat(enc, await aesGcm("encrypt", key, nonce, plaintext));
}

/** @param {string} message @returns {Invalid} */
function fault(message) {
  const remedy = "compare it with what was shown when you answered";
  return new Invalid([{ id: "receipt-code", place: "receipt code", message, remedy }]);
}

/** @param {Bytes} secret 16 bytes. @returns {string} */
function written(secret) {
  let rest = toInteger(secret);
  let symbols = "";
  while (symbols.length < SYMBOLS) {
    symbols = ALPHABET[Number(rest & 31n)] + symbols;
    rest >>= 5n;
  }
  return symbols.replace(/.{4}(?=.)/g, "$&-");
}

/** @param {string} code @returns {Bytes} 16 bytes. @throws {Invalid} if it is no code. */
export function secretOf(code) {
  const symbols = code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  let value = 0n;
  for (const symbol of symbols) {
    const place = ALPHABET.indexOf(symbol);
    if (place < 0) throw fault("a symbol is not of the code's alphabet");
    value = (value << 5n) | BigInt(place);
  }
  if (symbols.length !== SYMBOLS || value >> 128n) {
    throw fault(`a code has ${SYMBOLS} letters and digits and begins with 0 to 7`);
  }
  return toBytes(value, 16);
}

/** What follows from a receipt code alone. @param {Wave} wave @param {string} code @param {string} name
 * @param {number} size At most 32. @returns {Promise<Bytes>} @throws {Invalid} if it is no code. */
export const derived = async (wave, code, name, size) =>
  expand(await extract(waveBytes(wave), secretOf(code)), utf8(`sottovoce/1/${name}`), size);

/** @returns {string} A fresh code. */
export const newReceiptCode = () => written(randomBytes(16));

/** @param {string} text Small letters, hyphens, blanks, O for 0 and I or L for 1 are read as meant.
 * @returns {string} The one way to write it. @throws {Invalid} if it is no code. */
export const normaliseReceiptCode = (text) => written(secretOf(text));

/** @param {Wave} wave @param {string} code @returns {Promise<Bytes>} Where the sealed answer is, 16 bytes.
 * @throws {Invalid} if it is no code. */
export const locatorOf = (wave, code) => derived(wave, code, "locator", 16);

/** @param {Wave} wave @param {string} code @param {Pseudonym} pseudonym @returns {Promise<Bytes>} 60 bytes. */
export async function lock(wave, code, { privateScalar }) {
  const nonce = randomBytes(12);
  return concat(nonce, await aesGcm("encrypt", await derived(wave, code, "locker", 32), nonce, privateScalar));
}

/** @param {Wave} wave @param {string} code @param {Bytes} locker @param {Bytes} publicKey
 * @returns {Promise<Pseudonym>} @throws {Refused} if this code and wave do not open it. */
export async function unlockPseudonym(wave, code, locker, publicKey) {
  const key = await derived(wave, code, "locker", 32);
  try {
    const scalar = await aesGcm("decrypt", key, locker.slice(0, 12), locker.slice(12));
    return await pseudonymOf(wave, scalar, publicKey);
  } catch {
    throw new Refused("the receipt code does not open this answer");
  }
}

/** @param {Manifest} manifest @returns {number} Bytes of every envelope of the wave. */
export const envelopeSize = (manifest) => OVERHEAD + sizeOf(manifest);

/** @param {Bytes} envelope @returns {Promise<Bytes>} Its leaf on the board, 32 bytes. */
export const leafOf = (envelope) => sha256(concat(Uint8Array.of(0), envelope));

/** @param {Bytes} token 354 bytes. @returns {Promise<Bytes>} 32 bytes. */
export const nullifierOf = (token) => sha256(concat(utf8("sottovoce/1/nullifier"), token.slice(0, INPUT_SIZE)));

/** @param {{manifest: Manifest, wave: Wave, draw: {pseudonym: Pseudonym}, token: Bytes, sequence: number,
 *   plaintext: Bytes, receiptCode: string}} parts `sequence` is 1 at first and one more for each change.
 * @returns {Promise<{envelope: Bytes, leaf: Bytes}>} What is handed in, and its leaf on the board.
 * @throws {Refused} if the token is not of this wave, pseudonym and issuer, or a size is not the wave's. */
export async function seal({ manifest, wave, draw: { pseudonym }, token, sequence, plaintext, receiptCode }) {
  if (plaintext.length !== sizeOf(manifest)) throw new Refused("the plaintext has not the size of this wave's");
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > MAX_SEQUENCE) {
    throw new Refused("the sequence does not fit four bytes");
  }
  await checkBinding(token, wave, pseudonym.publicKey);
  await verifyToken(fromB64u(manifest.issuer.public_key), token);
  const info = concat(utf8("sottovoce/1/response"), waveBytes(wave), await nullifierOf(token));
  const body = concat(
    MAGIC,
    waveBytes(wave),
    token,
    pseudonym.publicKey,
    toBytes(sequence, PARTS.sequence),
    await locatorOf(wave, receiptCode),
    await lock(wave, receiptCode, pseudonym),
    await sealTo(fromB64u(manifest.hpke.public_key), info, plaintext),
  );
  const envelope = concat(body, await sign(pseudonym, body));
  return { envelope, leaf: await leafOf(envelope) };
}

/** @param {Bytes} envelope @param {Wave} wave @param {string} code @returns {Promise<Unlocked>}
 * @throws {Refused} if it is not an answer to this wave, is damaged, or is not opened by this receipt code. */
export async function unlock(envelope, wave, code) {
  const parts = await cut(envelope, wave);
  if (!equal(parts.locator, await locatorOf(wave, code))) throw new Refused("the sealed answer is of another code");
  const pseudonym = await unlockPseudonym(wave, code, parts.locker, parts.publicKey);
  return { pseudonym, token: parts.token, sequence: Number(toInteger(parts.sequence)), locator: parts.locator };
}

/** @param {{manifest: Manifest, wave: Wave, envelope: Bytes, code: string, plaintext: Bytes}} parts
 * @returns {Promise<Bytes>} What replaces the envelope. @throws {Refused} as `unlock` and `seal` do. */
export async function reseal({ manifest, wave, envelope, code, plaintext }) {
  await verifyEnvelope(manifest, wave, envelope);
  const draw = await unlock(envelope, wave, code);
  const [token, sequence] = [draw.token, draw.sequence + 1];
  return (await seal({ manifest, wave, draw, token, sequence, plaintext, receiptCode: code })).envelope;
}

/** Check all that can be checked of an envelope without opening it. @param {Manifest} manifest @param {Wave} wave
 * @param {Bytes} envelope @returns {Promise<Verified>} @throws {Refused} */
export async function verifyEnvelope(manifest, wave, envelope) {
  if (envelope.length !== envelopeSize(manifest)) throw new Refused("the sealed answer has not this wave's size");
  const parts = await cut(envelope, wave);
  await verifyToken(fromB64u(manifest.issuer.public_key), parts.token);
  return {
    nullifier: await nullifierOf(parts.token),
    leaf: await leafOf(envelope),
    sequence: Number(toInteger(parts.sequence)),
    locator: parts.locator,
  };
}

/** All before `enc`, checked but for the token's signature. @param {Bytes} envelope @param {Wave} wave
 * @returns {Promise<Record<keyof typeof PARTS, Bytes>>} @throws {Refused} */
async function cut(envelope, wave) {
  let end = 0;
  /** @type {any} */
  const parts = {};
  for (const [name, size] of Object.entries(PARTS)) parts[name] = envelope.slice(end, (end += size));
  if (!equal(parts.magic, MAGIC)) throw new Refused("it is not a sealed answer");
  if (!equal(parts.wave, waveBytes(wave))) throw new Refused("the sealed answer is of another wave");
  await checkBinding(parts.token, wave, parts.publicKey);
  const [body, signature] = [envelope.slice(0, -SIGNATURE_SIZE), envelope.slice(-SIGNATURE_SIZE)];
  if (await signatureHolds(parts.publicKey, signature, body)) return parts;
  throw new Refused("the sealed answer's signature does not hold");
}

/** @param {Bytes} token @param {Wave} wave @param {Bytes} publicKey @returns {Promise<void>} @throws {Refused} */
export async function checkBinding(token, wave, publicKey) {
  const bound = concat(await nonceOf(wave, publicKey), waveBytes(wave));
  if (token.length !== TOKEN_SIZE || !equal(token.slice(2, 66), bound)) {
    throw new Refused("the token is not bound to this wave and pseudonym");
  }
}

/** @param {Manifest} manifest @param {Wave} wave @param {Bytes} leaf @param {Bytes} signature
 * @returns {Promise<void>} @throws {Refused} unless it is the receipt key's signature for this leaf. */
export async function checkReceipt(manifest, wave, leaf, signature) {
  const message = concat(utf8("sottovoce/1/receipt"), waveBytes(wave), leaf);
  const holds = await signatureHolds(fromB64u(manifest.receipt.public_key), signature, message);
  if (!holds) throw new Refused("the receipt does not hold; keep the code and ask whoever runs the survey");
}

/** RFC 9162 section 2.1.3.2. @param {Bytes} leaf @param {number} index From 0. @param {number} size Of the board.
 * @param {Bytes[]} path Lowest sibling first. @param {Bytes} root @returns {Promise<void>}
 * @throws {Refused} unless the path leads from the leaf to the root. */
export async function verifyProof(leaf, index, size, path, root) {
  const whole = Number.isSafeInteger(index) && Number.isSafeInteger(size) && 0 <= index && index < size;
  let holds = whole && [leaf, ...path].every((hash) => hash.length === 32);
  let [place, last, value] = [index, size - 1, leaf];
  for (const step of holds ? path : []) {
    holds &&= last > 0;
    if (place % 2 || place === last) {
      value = await sha256(concat(Uint8Array.of(1), step, value));
      while (place && place % 2 === 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      value = await sha256(concat(Uint8Array.of(1), value, step));
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (!holds || last || !equal(value, root)) throw new Refused("the answer is not on the board under this root");
}
