/** @import { Bytes, Wave } from "./types.js" */
import { Refused } from "./errors.js";

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => new TextEncoder().encode(text);

/** @param {...Bytes} parts @returns {Bytes} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Not in constant time. @param {Bytes} one @param {Bytes} two @returns {boolean} */
export const equal = (one, two) => one.length === two.length && one.every((byte, place) => byte === two[place]);

/** @param {number} size @returns {Bytes} */
export const randomBytes = (size) => crypto.getRandomValues(new Uint8Array(size));

/** @param {Bytes} data @returns {string} Lower case. */
export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text @returns {Bytes} @throws {Refused} unless it is lower-case hex. */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Refused("not lower-case hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Bytes} data @returns {string} Base64url without padding (RFC 4648). */
export const b64u = (data) =>
  btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** @param {string} text @returns {Bytes} @throws {Refused} unless it is what `b64u` writes. */
export function fromB64u(text) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const data = Uint8Array.from(binary, (symbol) => symbol.charCodeAt(0));
    if (b64u(data) === text) return data;
  } catch {
    // Told below.
  }
  throw new Refused("not base64url without padding");
}

/** @param {number | bigint} value @param {number} size @returns {Bytes} Big-endian. */
export const toBytes = (value, size) => fromHex(value.toString(16).padStart(2 * size, "0"));

/** @param {Bytes} data @returns {bigint} */
export const toInteger = (data) => BigInt(`0x0${hex(data)}`);

/** @param {Bytes} data @returns {Promise<Bytes>} */
export const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

/** @param {Wave} wave @returns {Bytes} @throws {Refused} unless it names a wave. */
export function waveBytes(wave) {
  const data = typeof wave === "string" ? fromHex(wave) : wave;
  if (data.length !== 32) throw new Refused("a wave is named by 32 bytes or 64 hex digits");
  return data;
}
