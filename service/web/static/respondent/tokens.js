/**
 * Privacy Pass tokens of type 2 (RFC 9578), got by RSABSSA-SHA384-PSS-Deterministic (RFC 9474).
 *
 * The browser's big integers are not constant time. That is borne because the secrets are fresh for each token
 * and stay on the respondent's own machine.
 *
 * @import { Bytes, Wave } from "./encoding.js"
 * @import { Manifest } from "./manifest.js"
 */
import { b64u, concat, equal, fromB64u, fromHex, hex, randomBytes, sha256, toBytes, toInteger, utf8, waveBytes } from "./encoding.js";
import { Refused } from "./errors.js";

export const TOKEN_SIZE = 354;
export const INPUT_SIZE = 98;
const KEY_SIZE = 256;
const SALT_SIZE = 48;
const EXPONENT = 65537n;
const FORMAT = "sottovoce-draw-1";
const TYPE = fromHex("0002");
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

// RFC 9578 section 8.2.2: everything about the SubjectPublicKeyInfo but the modulus is fixed. WebCrypto knows no
// key of the identifier id-RSASSA-PSS, so the modulus is cut out.
const SPKI_HEAD = fromHex(
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108" +
    "300b0609608648016503040202a2030201300382010f003082010a0282010100",
);
const SPKI_TAIL = fromHex("0203010001");

/**
 *  * @typedef {object} Blinding What takes the blinding off again; all but `blinded` stays secret.
 * @property {Bytes} issuerKey The issuer's SubjectPublicKeyInfo.
 * @property {Bytes} input The token input, 98 bytes.
 * @property {Bytes} blinded What goes to the registrar, 256 bytes.
 * @property {Bytes} inverse 256 bytes.
 *
 * @typedef {object} Draw A token request on its way: sent again with the same bytes it gets the same answer.
 * @property {string} wave Hex.
 * @property {Pseudonym} pseudonym
 * @property {Bytes} blinded What goes to the registrar, 256 bytes.
 * @property {Blinding} state For `finalize`.
 */

/** @param {Bytes} spki @returns {Bytes} The modulus, 256 bytes. @throws {Refused} unless it is the one form of RFC 9578. */
export function modulusOf(spki) {
  const modulus = spki.slice(SPKI_HEAD.length, -SPKI_TAIL.length);
  const fits = modulus.length === KEY_SIZE && modulus[0] & 0x80 && modulus[KEY_SIZE - 1] & 1;
  if (!fits || !equal(spki, concat(SPKI_HEAD, modulus, SPKI_TAIL))) throw new Refused("not an issuer's public key");
  return modulus;
}

/**
 * @param {Manifest} manifest
 * @param {Wave} wave
 * @param {Bytes} nonce The pseudonym's.
 * @returns {Promise<{blinded: Bytes, state: Blinding}>} A blinded token request; the same must be sent again after
 *   a lost reply, so keep `state` first.
 * @throws {Refused} where the issuer's key cannot be used.
 */
export async function blind(manifest, wave, nonce) {
  if (nonce.length !== 32) throw new Refused("a nonce has 32 bytes");
  const issuerKey = fromB64u(manifest.issuer.public_key);
  const modulus = modulusOf(issuerKey);
  const input = concat(TYPE, nonce, waveBytes(wave), await sha256(issuerKey));
  const inverse = newInverse(modulus);
  const blinded = await blindWith(modulus, input, randomBytes(SALT_SIZE), inverse);
  return { blinded, state: { issuerKey, input, blinded, inverse } };
}

/**
 * @param {Blinding} state
 * @param {Bytes} blindSignature 256 bytes.
 * @returns {Promise<Bytes>} The token, 354 bytes, verified.
 * @throws {Refused} unless the issuer signed what was asked for.
 */
export async function finalize(state, blindSignature) {
  const token = concat(
    state.input,
    await unblind(modulusOf(state.issuerKey), state.input, state.inverse, blindSignature),
  );
  await verifyToken(state.issuerKey, token);
  return token;
}

/** @param {Bytes} issuerKey @param {Bytes} token @returns {Promise<void>} @throws {Refused} unless it is a token of this key. */
export async function verifyToken(issuerKey, token) {
  const input = token.slice(0, INPUT_SIZE);
  const framed = token.length === TOKEN_SIZE && equal(input.slice(0, 2), TYPE);
  const named = framed && equal(input.slice(66), await sha256(issuerKey));
  if (!named || !(await rsaHolds(modulusOf(issuerKey), token.slice(INPUT_SIZE), input))) {
    throw new Refused("the token does not hold");
  }
}

/** @param {Manifest} manifest @param {Wave} wave @returns {Promise<Draw>} A fresh pseudonym and a token request for it. */
export async function newDraw(manifest, wave) {
  const pseudonym = await newPseudonym(wave);
  return { wave: hex(waveBytes(wave)), pseudonym, ...(await blind(manifest, wave, pseudonym.nonce)) };
}

/**
 * @param {{wave: Wave, pseudonym: Pseudonym, state: Blinding}} draw
 * @returns {Record<string, string>} All of it as plain JSON; whoever reads it can answer in the person's place.
 */
export function saveDraw({ wave, pseudonym, state }) {
  return {
    format: FORMAT,
    wave: hex(waveBytes(wave)),
    public_key: b64u(pseudonym.publicKey),
    pseudonym: b64u(pseudonym.privateScalar),
    issuer_public_key: b64u(state.issuerKey),
    token_input: b64u(state.input),
    blinded_message: b64u(state.blinded),
    inverse: b64u(state.inverse),
  };
}

/** @param {Record<string, string>} value @returns {Promise<Draw>} What was saved. @throws {Refused} if it is damaged. */
export async function loadDraw(value) {
  const names = ["public_key", "pseudonym", "issuer_public_key", "token_input", "blinded_message", "inverse"];
  if (value?.format !== FORMAT || ![...names, "wave"].every((name) => typeof value[name] === "string")) {
    throw new Refused("what was saved of the token request is not of this format");
  }
  const [publicKey, scalar, issuerKey, input, blinded, inverse] = names.map((name) => fromB64u(value[name]));
  const pseudonym = await pseudonymOf(value.wave, scalar, publicKey);
  const expected = concat(TYPE, pseudonym.nonce, waveBytes(value.wave), await sha256(issuerKey));
  if (!equal(input, expected) || blinded.length !== KEY_SIZE || inverse.length !== KEY_SIZE) {
    throw new Refused("what was saved of the token request is damaged");
  }
  return { wave: value.wave, pseudonym, blinded, state: { issuerKey, input, blinded, inverse } };
}
