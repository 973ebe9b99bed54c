/** Pictures lose everything but the picture, and what is no picture is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateSync } from "node:zlib";

import { cleanedImage, dimensionsOf } from "../../service/web/static/respondent/attachments.js";
import { concat, fromHex, toBytes, utf8 } from "../../service/web/static/respondent/encoding.js";
import { Refused } from "../../service/web/static/respondent/errors.js";

const SECRET = utf8("52.5200N 13.4050E Anna Berger");
const PNG_HEAD = fromHex("89504e470d0a1a0a");

const chunk = (type, data) => {
  const named = concat(utf8(type), data);
  return concat(toBytes(data.length, 4), named, toBytes(crc32(named), 4));
};
const IHDR = chunk("IHDR", concat(toBytes(3, 4), toBytes(2, 4), Uint8Array.of(8, 2, 0, 0, 0)));
const IDAT = chunk("IDAT", Uint8Array.from(deflateSync(Buffer.alloc(20))));
const IEND = chunk("IEND", new Uint8Array(0));
const png = (...chunks) => concat(PNG_HEAD, ...chunks);

const segment = (marker, data) => concat(Uint8Array.of(0xff, marker), toBytes(data.length + 2, 2), data);
const JFIF = segment(0xe0, concat(utf8("JFIF\0"), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 0, 0)));
const DQT = segment(0xdb, new Uint8Array(65));
const FRAME = segment(0xc0, Uint8Array.of(8, 0, 2, 0, 3, 1, 1, 0x11, 0));
const DHT = segment(0xc4, new Uint8Array(20));
const SCAN = concat(segment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)), Uint8Array.of(0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56));
const [START, END] = [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xd9)];
const jpeg = (...segments) => concat(START, ...segments, END);

test("a PNG keeps the chunks that show it and loses texts, times, places and what follows its end", () => {
  const shown = [IHDR, chunk("gAMA", toBytes(45455, 4)), chunk("sRGB", Uint8Array.of(0)), IDAT, IDAT, IEND];
  const more = ["tEXt", "iTXt", "zTXt", "eXIf", "tIME", "iCCP", "pHYs", "vpAg", "acTL"].map((type) => chunk(type, SECRET));
  const cleaned = cleanedImage(concat(png(shown[0], ...more, ...shown.slice(1)), SECRET));
  assert.deepEqual(cleaned, { type: "image/png", bytes: png(...shown) });
  assert.deepEqual(cleanedImage(cleaned.bytes), cleaned);
  assert.deepEqual(dimensionsOf(cleaned.bytes), { width: 3, height: 2 });
});

test("a JPEG keeps tables, frame and scans and loses camera, place, comments, colours and what follows its end", () => {
  const adobe = segment(0xee, concat(utf8("Adobe"), Uint8Array.of(0, 100, 0, 0, 0, 0, 1)));
  const more = [0xe1, 0xe2, 0xed, 0xef, 0xfe, 0xee].map((marker) => segment(marker, concat(utf8("Exif\0\0"), SECRET)));
  const shown = [JFIF, adobe, DQT, FRAME, DHT, segment(0xdd, Uint8Array.of(0, 4)), SCAN, DHT, SCAN];
  const dirty = concat(START, JFIF, ...more, adobe, ...shown.slice(2, 8), ...more, SCAN, END, SECRET);
  const cleaned = cleanedImage(dirty);
  assert.deepEqual(cleaned, { type: "image/jpeg", bytes: jpeg(...shown) });
  assert.deepEqual(cleanedImage(cleaned.bytes), cleaned);
  assert.deepEqual(dimensionsOf(cleaned.bytes), { width: 3, height: 2 });
});

test("a thumbnail, which may show what was cut off, goes with the rest", () => {
  const head = concat(utf8("JFIF\0"), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 3, 3), SECRET);
  const extension = segment(0xe0, concat(utf8("JFXX\0"), SECRET));
  assert.deepEqual(cleanedImage(jpeg(segment(0xe0, head), extension, DQT, FRAME, SCAN)).bytes, jpeg(JFIF, DQT, FRAME, SCAN));
});

const whole = { png: png(IHDR, IDAT, IEND), jpeg: jpeg(JFIF, DQT, FRAME, DHT, SCAN) };
for (const [name, bytes] of Object.entries(whole)) {
  test(`a ${name} that ends anywhere before its end is refused`, () => {
    for (let size = 0; size < bytes.length; size += 1) assert.throws(() => cleanedImage(bytes.slice(0, size)), Refused);
  });
}

for (const [name, bytes] of Object.entries({
  "text": SECRET,
  "a GIF": utf8("GIF89a\0\0\0\0"),
  "an SVG": utf8("<svg xmlns='http://www.w3.org/2000/svg'/>"),
  "a web page behind a PNG's first bytes": concat(PNG_HEAD, utf8("<script>alert(1)</script>")),
  "a PNG with a wrong checksum": png(IHDR, concat(IDAT.slice(0, -1), Uint8Array.of(IDAT.at(-1) ^ 1)), IEND),
  "a PNG without a picture": png(IHDR, IEND),
  "a PNG that does not begin with its head": png(IDAT, IHDR, IEND),
  "a JPEG without a frame": jpeg(JFIF, DQT, SCAN),
  "a JPEG without a scan": jpeg(JFIF, DQT, FRAME),
  "a lossless JPEG, which no browser shows": jpeg(JFIF, segment(0xc3, Uint8Array.of(8, 0, 2, 0, 3, 1, 1, 0x11, 0)), SCAN),
  "a JPEG with a segment longer than the file": concat(START, Uint8Array.of(0xff, 0xdb, 0xff, 0xff)),
})) {
  test(`refused: ${name}`, () => {
    assert.throws(() => cleanedImage(bytes), Refused);
  });
}
