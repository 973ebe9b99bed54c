import { Refused } from "./errors.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {Bytes | string} Wave A wave's name: 32 bytes, or their 64 hex digits. */

/** @param {string} text @returns {Bytes} UTF-8, half a surrogate pair becoming U+FFFD. */
export const utf8 = (text) => new TextEncoder().encode(text);

/** @param {...Bytes} parts @returns {Bytes} One after the other. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** @param {Uint8Array} one @param {Uint8Array} two @returns {boolean} Whether they are the same; not in constant time. */
export const equal = (one, two) => one.length === two.length && one.every((byte, place) => byte === two[place]);

/** @param {number} size @returns {Bytes} Random bytes. */
export const randomBytes = (size) => crypto.getRandomValues(new Uint8Array(size));

/** @param {Uint8Array} data @returns {string} Lower-case hex. */
export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text Lower-case hex. @returns {Bytes} @throws {Refused} for anything else. */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Refused("not lower-case hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Uint8Array} data @returns {string} Base64url without padding (RFC 4648 section 5). */
export const b64u = (data) =>
  btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** @param {string} text Canonical base64url without padding. @returns {Bytes} @throws {Refused} for anything else. */
export function fromB64u(text) {
  if (/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1) {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const data = Uint8Array.from(binary, (symbol) => symbol.charCodeAt(0));
    if (b64u(data) === text) return data;
  }
  throw new Refused("not base64url without padding");
}

/** @param {number | bigint} value Not negative. @param {number} size @returns {Bytes} Big-endian. */
export const toBytes = (value, size) => fromHex(value.toString(16).padStart(2 * size, "0"));

/** @param {Uint8Array} data Big-endian. @returns {bigint} */
export const toInteger = (data) => BigInt(`0x0${hex(data)}`);

/** @param {Bytes} data @returns {Promise<Bytes>} SHA-256, 32 bytes. */
export const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

/** @param {Wave} wave @returns {Bytes} Its 32 bytes. @throws {Refused} if it names no wave. */
export function waveBytes(wave) {
  const data = typeof wave === "string" ? fromHex(wave) : wave;
  if (data.length !== 32) throw new Refused("a wave is named by 32 bytes or 64 hex digits");
  return data;
}
