/**
 * RFC 9474, blind RSA: the respondent's steps, with SHA-384, a salt of 48 bytes and the exponent 65537.
 *
 * The browser's big integers are not constant time. That is borne because the secrets are fresh for each token
 * and stay on the respondent's own machine. Moduli fill their bytes.
 *
 * @import { Bytes } from "./encoding.js"
 */
import { b64u, concat, fromHex, randomBytes, toBytes, toInteger } from "./encoding.js";
import { Refused } from "./errors.js";

export const SALT_SIZE = 48;
const EXPONENT = 65537n;

/** @param {bigint} base @param {bigint} exponent @param {bigint} modulus @returns {bigint} */
function power(base, exponent, modulus) {
  let value = 1n;
  for (const bit of exponent.toString(2)) {
    value = (value * value) % modulus;
    if (bit === "1") value = (value * base) % modulus;
  }
  return value;
}

/** @param {bigint} value @param {bigint} modulus @returns {bigint} Its inverse, or 0n if the two share a factor. */
function inverseOf(value, modulus) {
  let [rest, next, inverse, step] = [modulus, value, 0n, 1n];
  while (next) {
    const times = rest / next;
    [rest, next, inverse, step] = [next, rest - times * next, step, inverse - times * step];
  }
  return rest === 1n ? ((inverse % modulus) + modulus) % modulus : 0n;
}

/** @param {Bytes} data @returns {Promise<Bytes>} */
const sha384 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-384", data));

/** EMSA-PSS with SHA-384 and MGF1 (RFC 8017 section 9.1.1) for a modulus of `size` whole bytes.
 * @param {Bytes} message @param {number} size @param {Bytes} salt @returns {Promise<Bytes>} */
async function pssEncode(message, size, salt) {
  const digest = await sha384(concat(new Uint8Array(8), await sha384(message), salt));
  const block = concat(new Uint8Array(size - salt.length - digest.length - 2), fromHex("01"), salt);
  for (let start = 0; start < block.length; start += digest.length) {
    const mask = await sha384(concat(digest, toBytes(start / digest.length, 4)));
    for (let place = start; place < Math.min(start + mask.length, block.length); place += 1) {
      block[place] ^= mask[place - start];
    }
  }
  block[0] &= 0x7f; // the encoding has a bit less than the modulus
  return concat(block, digest, fromHex("bc"));
}

/**
 * Blind of RFC 9474 section 4.2 with a given salt and inverse, for a modulus that fills its bytes.
 * @param {Bytes} modulus @param {Bytes} message @param {Bytes} salt @param {Bytes} inverse
 * @returns {Promise<Bytes>} As long as the modulus.
 * @throws {Refused} where the encoded message or the inverse shares a factor with the modulus.
 */
export async function blindWith(modulus, message, salt, inverse) {
  const n = toInteger(modulus);
  const encoded = toInteger(await pssEncode(message, modulus.length, salt));
  const factor = inverseOf(toInteger(inverse), n);
  if (!factor || !inverseOf(encoded, n)) throw new Refused("the issuer's key cannot be used");
  return toBytes((encoded * power(factor, EXPONENT, n)) % n, modulus.length);
}

/**
 * Finalize of RFC 9474 section 4.4.
 * @param {Bytes} modulus @param {Bytes} message @param {Bytes} inverse @param {Bytes} blindSignature
 * @returns {Promise<Bytes>} The signature, verified.
 * @throws {Refused} unless the issuer signed what was asked for.
 */
export async function unblind(modulus, message, inverse, blindSignature) {
  if (blindSignature.length !== modulus.length) throw new Refused("the blind signature has the wrong length");
  const n = toInteger(modulus);
  const signature = toBytes((toInteger(blindSignature) * toInteger(inverse)) % n, modulus.length);
  if (!(await rsaHolds(modulus, signature, message))) throw new Refused("the blind signature does not hold");
  return signature;
}

/** @param {Bytes} modulus @param {Bytes} signature @param {Bytes} message @returns {Promise<boolean>} */
async function rsaHolds(modulus, signature, message) {
  const jwk = { kty: "RSA", n: b64u(modulus), e: "AQAB" };
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT_SIZE }, key, signature, message);
}

/** @param {Bytes} modulus @returns {Bytes} A blinding inverse, uniform among the units of the modulus. */
function newInverse(modulus) {
  for (;;) {
    const inverse = randomBytes(modulus.length);
    if (toInteger(inverse) < toInteger(modulus) && inverseOf(toInteger(inverse), toInteger(modulus))) return inverse;
  }
}
