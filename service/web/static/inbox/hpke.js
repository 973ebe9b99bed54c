/**
 * Opening what was sealed by HPKE (RFC 9180, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM), and the
 * keys for that. Sealing is in ../respondent/sealing.js.
 *
 * @import { Bytes } from "../respondent/types.js"
 * @import { PrivateKey } from "./types.js"
 */
import { b64u, equal, fromB64u } from "../respondent/encoding.js";
import { Refused } from "../respondent/errors.js";
import { aesGcm, keyOfShared } from "../respondent/sealing.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const POINT_SIZE = 65;

/** @returns {Promise<PrivateKey>} A fresh key. */
export async function newKey() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return privateKey(fromB64u(d), publicKey);
}

/** @param {Bytes} scalar 32 bytes. @param {Bytes} publicKey Its point, 65 bytes. @returns {Promise<PrivateKey>}
 * @throws {Refused} unless these are one key pair. */
export async function privateKey(scalar, publicKey) {
  const [x, y, d] = [publicKey.slice(1, 33), publicKey.slice(33), scalar].map(b64u);
  try {
    const key = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y, d }, CURVE, false, ["deriveBits"]);
    const point = await crypto.subtle.importKey("raw", publicKey, CURVE, false, []);
    // Not every browser compares the two halves when it imports them.
    const other = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    if (equal(await shared(key, other.publicKey), await shared(other.privateKey, point))) return { scalar, publicKey, key };
  } catch {
    // Told below.
  }
  throw new Refused("the two halves of the key do not belong together");
}

/** @param {PrivateKey} recipient @param {Bytes} info @param {Bytes} sealed `enc 65 | ciphertext`.
 * @returns {Promise<Bytes>} @throws {Refused} if it was not sealed to this key with this `info`. */
export async function openSealed({ key, publicKey }, info, sealed) {
  const enc = sealed.slice(0, POINT_SIZE);
  try {
    const from = await crypto.subtle.importKey("raw", enc, CURVE, false, []);
    const first = await keyOfShared(await shared(key, from), enc, publicKey, info);
    return await aesGcm("decrypt", first.key, first.nonce, sealed.slice(POINT_SIZE));
  } catch {
    throw new Refused("it was not sealed to this key");
  }
}

/** @param {CryptoKey} key @param {CryptoKey} point @returns {Promise<Bytes>} The coordinate that both sides find. */
const shared = async (key, point) =>
  new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: point }, key, 256));
