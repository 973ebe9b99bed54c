/**
 * Privacy Pass tokens of type 2 (RFC 9578): type 2 | nonce 32 | wave 32 | issuer key id 32 | signature 256, of which
 * the first 98 bytes are the token input; blind RSA (RFC 9474) with SHA-384, a salt of 48 bytes and the exponent 65537;
 * and the pseudonym that a token is bound to.
 *
 * Big integers are not constant time here. That is borne because the secrets are fresh for each token and stay on
 * the respondent's own machine.
 *
 * @import { Blinding, Bytes, Draw, Manifest, Pseudonym, SavedDraw, Wave } from "./types.js"
 */
import {
  b64u,
  concat,
  equal,
  fromB64u,
  fromHex,
  hex,
  randomBytes,
  sha256,
  toBytes,
  toInteger,
  utf8,
  waveBytes,
} from "./encoding.js";
import { Refused } from "./errors.js";

export const TOKEN_SIZE = 354;
export const INPUT_SIZE = 98;
const KEY_SIZE = 256;
const FORMAT = "sottovoce-draw-1";
const TYPE = Uint8Array.of(0, 2);
const SALT_SIZE = 48;

// Points of P-256 are uncompressed, 65 bytes, scalars 32, signatures raw `r|s`, 64.
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

// RFC 9578 section 8.2.2: everything about the SubjectPublicKeyInfo but the modulus is fixed. WebCrypto imports
// none with the identifier id-RSASSA-PSS, so the modulus is cut out.
const SPKI_HEAD = fromHex(
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108" +
    "300b0609608648016503040202a2030201300382010f003082010a0282010100",
);
const SPKI_TAIL = fromHex("0203010001");

/** @param {Wave} wave @param {Bytes} publicKey @returns {Promise<Bytes>} What commits a token to the pseudonym. */
export const nonceOf = (wave, publicKey) => sha256(concat(utf8("sottovoce/1/pseudonym"), waveBytes(wave), publicKey));

/** @param {Wave} wave @returns {Promise<Pseudonym>} A fresh one. */
export async function newPseudonym(wave) {
  const keyPair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", keyPair.publicKey));
  const { d = "" } = await crypto.subtle.exportKey("jwk", keyPair.privateKey);
  return { keyPair, publicKey, privateScalar: fromB64u(d), nonce: await nonceOf(wave, publicKey) };
}

/** @param {Wave} wave @param {Bytes} privateScalar @param {Bytes} publicKey @returns {Promise<Pseudonym>}
 * @throws {Refused} unless these are one key pair. */
export async function pseudonymOf(wave, privateScalar, publicKey) {
  const [x, y, d] = [publicKey.slice(1, 33), publicKey.slice(33), privateScalar].map(b64u);
  try {
    const jwk = { kty: "EC", crv: "P-256", x, y, d };
    const privateKey = await crypto.subtle.importKey("jwk", jwk, CURVE, true, ["sign"]);
    const keyPair = { privateKey, publicKey: await importPoint(publicKey) };
    const pseudonym = { keyPair, publicKey, privateScalar, nonce: await nonceOf(wave, publicKey) };
    // Not every browser compares the two halves when it imports them.
    if (await signatureHolds(publicKey, await sign(pseudonym, publicKey), publicKey)) return pseudonym;
  } catch {
    // Told below.
  }
  throw new Refused("the pseudonym's key does not hold");
}

/** @param {Bytes} point @returns {Promise<CryptoKey>} To verify with. Rejects unless it is an uncompressed point. */
export async function importPoint(point) {
  if (point.length !== 65) throw new Refused("a point has 65 bytes");
  return crypto.subtle.importKey("raw", point, CURVE, true, ["verify"]);
}

/** @param {Pseudonym} pseudonym @param {Bytes} message @returns {Promise<Bytes>} */
export const sign = async ({ keyPair }, message) =>
  new Uint8Array(await crypto.subtle.sign(SIGNATURE, keyPair.privateKey, message));

/** @param {Bytes} point @param {Bytes} signature @param {Bytes} message @returns {Promise<boolean>} */
export async function signatureHolds(point, signature, message) {
  try {
    return await crypto.subtle.verify(SIGNATURE, await importPoint(point), signature, message);
  } catch {
    return false;
  }
}

/** @param {bigint} base @param {bigint} modulus @returns {bigint} To the power 65537. */
function raised(base, modulus) {
  let value = base;
  for (let bit = 0; bit < 16; bit += 1) value = (value * value) % modulus;
  return (value * base) % modulus;
}

/** @param {bigint} value @param {bigint} modulus @returns {bigint} Its inverse; 0n where they share a factor. */
function inverseOf(value, modulus) {
  let [rest, next, inverse, step] = [modulus, value, 0n, 1n];
  while (next) {
    const times = rest / next;
    [rest, next, inverse, step] = [next, rest - times * next, step, inverse - times * step];
  }
  return rest === 1n ? ((inverse % modulus) + modulus) % modulus : 0n;
}

/** @param {...Bytes} parts @returns {Promise<Bytes>} */
const sha384 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-384", concat(...parts)));

/** EMSA-PSS (RFC 8017 section 9.1.1). @param {Bytes} message @param {number} size @param {Bytes} salt
 * @returns {Promise<Bytes>} */
async function pssEncode(message, size, salt) {
  const digest = await sha384(new Uint8Array(8), await sha384(message), salt);
  const block = new Uint8Array(size - digest.length - 1);
  block.set([1, ...salt], block.length - salt.length - 1);
  const numbers = [...Array(Math.ceil(block.length / digest.length)).keys()];
  const mask = concat(...(await Promise.all(numbers.map((counter) => sha384(digest, toBytes(counter, 4))))));
  const masked = block.map((byte, place) => byte ^ mask[place]);
  masked[0] &= 0x7f; // the encoding has a bit less than the modulus
  return concat(masked, digest, Uint8Array.of(0xbc));
}

/** Blind of section 4.2. @param {Bytes} modulus @param {Bytes} message @param {Bytes} salt @param {Bytes} inverse
 * @returns {Promise<Bytes>} @throws {Refused} where message or inverse share a factor with the modulus. */
export async function blindWith(modulus, message, salt, inverse) {
  const n = toInteger(modulus);
  const encoded = toInteger(await pssEncode(message, modulus.length, salt));
  const factor = inverseOf(toInteger(inverse), n);
  if (!factor || !inverseOf(encoded, n)) throw new Refused("the issuer's key cannot be used");
  return toBytes((encoded * raised(factor, n)) % n, modulus.length);
}

/** Finalize of section 4.4 but for its verification, which is the caller's to do. @param {Bytes} modulus
 * @param {Bytes} blindSignature @param {Bytes} inverse @returns {Bytes} @throws {Refused} for another length. */
export function unblind(modulus, blindSignature, inverse) {
  if (blindSignature.length !== modulus.length) throw new Refused("the blind signature has the wrong length");
  return toBytes((toInteger(blindSignature) * toInteger(inverse)) % toInteger(modulus), modulus.length);
}

/** @param {Bytes} modulus @param {Bytes} signature @param {Bytes} message @returns {Promise<boolean>} */
export async function rsaHolds(modulus, signature, message) {
  const jwk = { kty: "RSA", n: b64u(modulus), e: "AQAB" };
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT_SIZE }, key, signature, message);
}

/** @param {Bytes} modulus @returns {Bytes} Uniform among the units of the modulus. */
export function newInverse(modulus) {
  const n = toInteger(modulus);
  for (;;) {
    const inverse = randomBytes(modulus.length);
    if (toInteger(inverse) < n && inverseOf(toInteger(inverse), n)) return inverse;
  }
}

/** @param {Bytes} spki @returns {Bytes} The modulus, 256 bytes. @throws {Refused} for any other form of a key. */
export function modulusOf(spki) {
  const modulus = spki.slice(SPKI_HEAD.length, -SPKI_TAIL.length);
  const fits = modulus.length === KEY_SIZE && modulus[0] & 0x80 && modulus[KEY_SIZE - 1] & 1;
  if (!fits || !equal(spki, concat(SPKI_HEAD, modulus, SPKI_TAIL))) throw new Refused("not an issuer's public key");
  return modulus;
}

/** @param {Bytes} issuerKey @param {Wave} wave @param {Bytes} nonce @returns {Promise<Bytes>} */
const inputOf = async (issuerKey, wave, nonce) => concat(TYPE, nonce, waveBytes(wave), await sha256(issuerKey));

/** A token request. After a lost reply the same must be sent again, so keep `state` first.
 * @param {Manifest} manifest @param {Wave} wave @param {Bytes} nonce The pseudonym's.
 * @returns {Promise<{blinded: Bytes, state: Blinding}>} @throws {Refused} where the issuer's key cannot be used. */
export async function blind(manifest, wave, nonce) {
  if (nonce.length !== 32) throw new Refused("a nonce has 32 bytes");
  const issuerKey = fromB64u(manifest.issuer.public_key);
  const modulus = modulusOf(issuerKey);
  const input = await inputOf(issuerKey, wave, nonce);
  const inverse = newInverse(modulus);
  const blinded = await blindWith(modulus, input, randomBytes(SALT_SIZE), inverse);
  return { blinded, state: { issuerKey, input, blinded, inverse } };
}

/** @param {Blinding} state @param {Bytes} blindSignature @returns {Promise<Bytes>} The token, verified.
 * @throws {Refused} unless the issuer signed what was asked for. */
export async function finalize(state, blindSignature) {
  const token = concat(state.input, unblind(modulusOf(state.issuerKey), blindSignature, state.inverse));
  await verifyToken(state.issuerKey, token);
  return token;
}

/** @param {Bytes} issuerKey @param {Bytes} token @returns {Promise<void>} @throws {Refused} unless it is its token. */
export async function verifyToken(issuerKey, token) {
  const [input, signature] = [token.slice(0, INPUT_SIZE), token.slice(INPUT_SIZE)];
  const named = equal(input, await inputOf(issuerKey, input.slice(34, 66), input.slice(2, 34)));
  if (!named || !(await rsaHolds(modulusOf(issuerKey), signature, input))) throw new Refused("the token does not hold");
}

/** @param {Manifest} manifest @param {Wave} wave @returns {Promise<Draw>} A fresh pseudonym's token request. */
export async function newDraw(manifest, wave) {
  const pseudonym = await newPseudonym(wave);
  return { wave: hex(waveBytes(wave)), pseudonym, ...(await blind(manifest, wave, pseudonym.nonce)) };
}

/** @param {{wave: Wave, pseudonym: Pseudonym, state: Blinding}} draw @returns {SavedDraw} */
export const saveDraw = ({ wave, pseudonym, state }) => ({
  format: FORMAT,
  wave: hex(waveBytes(wave)),
  public_key: b64u(pseudonym.publicKey),
  pseudonym: b64u(pseudonym.privateScalar),
  issuer_public_key: b64u(state.issuerKey),
  token_input: b64u(state.input),
  blinded_message: b64u(state.blinded),
  inverse: b64u(state.inverse),
});

/** @param {SavedDraw} value @returns {Promise<Draw>} @throws {Refused} if it is damaged. */
export async function loadDraw(value) {
  const names = ["public_key", "pseudonym", "issuer_public_key", "token_input", "blinded_message", "inverse"];
  if (value?.format !== FORMAT || ["wave", ...names].some((name) => typeof value[name] !== "string")) {
    throw new Refused("what was saved of the token request is not of this format");
  }
  const [publicKey, scalar, issuerKey, input, blinded, inverse] = names.map((name) => fromB64u(value[name]));
  const pseudonym = await pseudonymOf(value.wave, scalar, publicKey);
  const same = equal(input, await inputOf(issuerKey, value.wave, pseudonym.nonce));
  if (!same || blinded.length !== KEY_SIZE || inverse.length !== KEY_SIZE) {
    throw new Refused("what was saved of the token request is damaged");
  }
  return { wave: value.wave, pseudonym, blinded, state: { issuerKey, input, blinded, inverse } };
}
