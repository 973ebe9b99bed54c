/**
 * ECDSA on P-256 with SHA-256: points are uncompressed, 65 bytes, scalars 32, signatures raw `r|s`, 64.
 *
 * @import { Bytes, Wave } from "./encoding.js"
 */
import { b64u, concat, fromB64u, sha256, utf8, waveBytes } from "./encoding.js";
import { Refused } from "./errors.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/**
 * @typedef {object} Pseudonym A key for one wave alone.
 * @property {CryptoKeyPair} keyPair ECDSA on P-256.
 * @property {Bytes} publicKey The uncompressed point, 65 bytes.
 * @property {Bytes} privateScalar 32 bytes.
 * @property {Bytes} nonce What commits a token to the pseudonym, 32 bytes.
 */

/** @param {Wave} wave @param {Bytes} publicKey @returns {Promise<Bytes>} The nonce that commits to a pseudonym. */
export const nonceOf = (wave, publicKey) => sha256(concat(utf8("sottovoce/1/pseudonym"), waveBytes(wave), publicKey));

/** @param {Wave} wave @returns {Promise<Pseudonym>} A fresh pseudonym. */
export async function newPseudonym(wave) {
  const keyPair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", keyPair.publicKey));
  const { d = "" } = await crypto.subtle.exportKey("jwk", keyPair.privateKey);
  return { keyPair, publicKey, privateScalar: fromB64u(d), nonce: await nonceOf(wave, publicKey) };
}

/**
 * @param {Wave} wave
 * @param {Bytes} privateScalar 32 bytes.
 * @param {Bytes} publicKey 65 bytes.
 * @returns {Promise<Pseudonym>} The pseudonym that these belong to.
 * @throws {Refused} unless they are one key pair of P-256.
 */
export async function pseudonymOf(wave, privateScalar, publicKey) {
  const [x, y, d] = [publicKey.slice(1, 33), publicKey.slice(33), privateScalar].map(b64u);
  try {
    const jwk = { kty: "EC", crv: "P-256", x, y, d };
    const privateKey = await crypto.subtle.importKey("jwk", jwk, CURVE, true, ["sign"]);
    const keyPair = { privateKey, publicKey: await crypto.subtle.importKey("raw", publicKey, CURVE, true, ["verify"]) };
    // Not every browser compares the two halves when it imports them.
    const signature = await crypto.subtle.sign(SIGNATURE, privateKey, publicKey);
    if (await crypto.subtle.verify(SIGNATURE, keyPair.publicKey, signature, publicKey)) {
      return { keyPair, publicKey, privateScalar, nonce: await nonceOf(wave, publicKey) };
    }
  } catch {
    // Told below, as for two halves that do not belong together.
  }
  throw new Refused("the pseudonym's key does not hold");
}

/** @param {Pseudonym} pseudonym @param {Bytes} message @returns {Promise<Bytes>} ECDSA with SHA-256, `r|s`. */
export const sign = async (pseudonym, message) =>
  new Uint8Array(await crypto.subtle.sign(SIGNATURE, pseudonym.keyPair.privateKey, message));

/**
 * @param {Bytes} point 65 bytes.
 * @param {Bytes} signature Raw `r|s`, 64 bytes.
 * @param {Bytes} message
 * @returns {Promise<boolean>} Whether the signature holds; false where the point is none.
 */
export async function signatureHolds(point, signature, message) {
  if (point.length !== 65 || signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey("raw", point, CURVE, false, ["verify"]);
    return await crypto.subtle.verify(SIGNATURE, key, signature, message);
  } catch {
    return false;
  }
}
