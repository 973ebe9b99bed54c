/**
 * Pictures without what a camera or a program wrote beside them: place, time, device, owner, thumbnails. What shows
 * the picture is copied, everything else is left out, whatever it is; a file that is not laid out as a JPEG (ITU T.81)
 * or PNG (https://www.w3.org/TR/png-3/) is refused.
 *
 * @import { Bytes } from "./types.js"
 */
import { concat, equal, fromHex, utf8 } from "./encoding.js";
import { Refused } from "./errors.js";

/** @typedef {"image/jpeg" | "image/png"} ImageType */

const PNG = fromHex("89504e470d0a1a0a");
const PNG_CHUNKS = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "sRGB"];
const JPEG = fromHex("ffd8ff");

const [SOI, EOI, SOS, APP0, APP14] = [0xd8, 0xd9, 0xda, 0xe0, 0xee];
const FRAMES = [0xc0, 0xc1, 0xc2]; // those that browsers show
const TABLES = [0xc4, 0xdb, 0xdd]; // DHT, DQT, DRI
const JFIF = 14; // bytes that a JFIF segment has without its thumbnail

/** @param {Bytes} bytes Of a file. @returns {{type: ImageType, bytes: Bytes}} Its picture alone.
 * @throws {Refused} if it is neither a JPEG nor a PNG, or is damaged. */
export function cleanedImage(bytes) {
  if (equal(bytes.slice(0, PNG.length), PNG)) return { type: "image/png", bytes: concat(PNG, ...chunksOf(bytes)) };
  if (equal(bytes.slice(0, JPEG.length), JPEG)) return { type: "image/jpeg", bytes: concat(...segmentsOf(bytes)) };
  throw new Refused("the file is neither a JPEG nor a PNG");
}

/** @param {Bytes} bytes As `cleanedImage` gives them. @returns {{width: number, height: number}} In pixels, as the file says. */
export function dimensionsOf(bytes) {
  const view = viewOf(bytes);
  if (equal(bytes.slice(0, PNG.length), PNG)) return { width: view.getUint32(16), height: view.getUint32(20) };
  let place = 2;
  while (!FRAMES.includes(bytes[place + 1])) place += 2 + view.getUint16(place + 2);
  return { height: view.getUint16(place + 5), width: view.getUint16(place + 7) };
}

/** @param {Bytes} bytes @returns {Bytes[]} The chunks that show the picture. @throws {Refused} */
function chunksOf(bytes) {
  const view = viewOf(bytes);
  const kept = [];
  const seen = new Set();
  for (let place = PNG.length; place + 12 <= bytes.length; ) {
    const end = place + 12 + view.getUint32(place);
    const type = String.fromCharCode(...bytes.slice(place + 4, place + 8));
    if (end > bytes.length || view.getUint32(end - 4) !== checksum(bytes.subarray(place + 4, end - 4))) break;
    if (seen.size === 0 && (type !== "IHDR" || end - place !== 25)) break;
    seen.add(type);
    if (PNG_CHUNKS.includes(type)) kept.push(bytes.slice(place, end));
    if (type === "IEND" && end - place === 12 && seen.has("IDAT")) return kept;
    place = end;
  }
  throw new Refused("the file is not laid out as a PNG");
}

/** @param {Bytes} bytes @returns {Bytes[]} The segments that show the picture. @throws {Refused} */
function segmentsOf(bytes) {
  const view = viewOf(bytes);
  const kept = [Uint8Array.of(0xff, SOI)];
  let [place, frame, scan] = [2, false, false];
  while (place + 2 <= bytes.length && bytes[place] === 0xff) {
    const marker = bytes[place + 1];
    if (marker === 0xff) {
      place += 1; // a byte that fills
      continue;
    }
    if (marker === EOI && frame && scan) return [...kept, Uint8Array.of(0xff, EOI)];
    const size = place + 4 <= bytes.length ? view.getUint16(place + 2) : 0;
    if (size < 2 || place + 2 + size > bytes.length || marker < 0xc0 || (marker >= 0xd0 && marker <= EOI)) break;
    let end = place + 2 + size;
    const segment = bytes.slice(place, end);
    if (marker === APP0) kept.push(...withoutThumbnail(segment));
    else if (marker === APP14 && size === 14 && begins(segment, "Adobe")) kept.push(segment);
    else if (TABLES.includes(marker)) kept.push(segment);
    else if (FRAMES.includes(marker) && size >= 8) {
      frame = true;
      kept.push(segment);
    } else if (marker === SOS && frame) {
      scan = true;
      end = endOfScan(bytes, end);
      kept.push(bytes.slice(place, end));
    }
    place = end;
  }
  throw new Refused("the file is not laid out as a JPEG");
}

/** @param {Bytes} segment @returns {Bytes[]} A JFIF head (ITU T.871) as it is without a thumbnail; nothing for another. */
function withoutThumbnail(segment) {
  if (segment.length < 4 + JFIF || !begins(segment, "JFIF\0")) return [];
  const head = segment.slice(0, 4 + JFIF);
  head.set([0, 2 + JFIF], 2);
  head.set([0, 0], 2 + JFIF);
  return [head];
}

/** @param {Bytes} bytes @param {number} start @returns {number} Where the next marker is that is not part of the scan. */
function endOfScan(bytes, start) {
  let place = start;
  for (; place + 1 < bytes.length; place += 1) {
    const next = bytes[place + 1];
    if (bytes[place] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return place;
  }
  return bytes.length;
}

/** @param {Bytes} segment @param {string} name @returns {boolean} */
const begins = (segment, name) => equal(segment.slice(4, 4 + name.length), utf8(name));

/** @param {Bytes} data @returns {number} CRC-32 as PNG has it. */
function checksum(data) {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

/** @param {Bytes} bytes @returns {DataView} */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
