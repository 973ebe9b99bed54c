import assert from "node:assert/strict";
import { createHash, sign } from "node:crypto";
import { before, test } from "node:test";

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

import { encode, sizeOf, withdrawn } from "../../service/web/static/respondent/answers.js";
import { concat, fromHex, hex, sha256, utf8 } from "../../service/web/static/respondent/encoding.js";
import { readManifest } from "../../service/web/static/respondent/manifest.js";
import {
  checkReceipt,
  envelopeSize,
  leafOf,
  locatorOf,
  newReceiptCode,
  normaliseReceiptCode,
  nullifierOf,
  reseal,
  seal,
  sealTo,
  unlock,
  verifyEnvelope,
  verifyProof,
} from "../../service/web/static/respondent/sealing.js";
import { finalize, newDraw, sign as signWith } from "../../service/web/static/respondent/tokens.js";
import { newWave, signBlind } from "./wave.js";

const REFUSED = { name: "Refused" };
const other = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const ANSWERS = {
  questions: { safe: 3, comment: "Größe", which: new Set([0, 9]), recommend: 10 },
  attributes: { team: "b1" },
};
let wave;
let parts;
let sealed;

async function newParts(from) {
  const manifest = await readManifest(from.bytes, from.wave);
  const draw = await newDraw(manifest, from.wave);
  const token = await finalize(draw.state, signBlind(from.issuer.key, draw.blinded));
  const plaintext = encode(manifest, ANSWERS);
  return { manifest, wave: from.wave, draw, token, sequence: 1, plaintext, receiptCode: newReceiptCode() };
}

/** What the other implementation finds in `enc | ciphertext`. */
async function openedBy(info, data) {
  const recipientKey = await other.kem.importKey("jwk", wave.hpke.jwk, false);
  const enc = data.slice(0, 65).buffer;
  const recipient = await other.createRecipientContext({ recipientKey, enc, info: info.buffer });
  return new Uint8Array(await recipient.open(data.slice(65).buffer));
}

/** What the other implementation finds in an envelope. */
async function opened(envelope, token) {
  const info = concat(utf8("sottovoce/1/response"), fromHex(wave.wave), await nullifierOf(token));
  return openedBy(info, envelope.slice(534, -64));
}

before(async () => {
  wave = newWave();
  parts = await newParts(wave);
  sealed = await seal(parts);
});

test("another implementation opens what is sealed here", async () => {
  assert.deepEqual(await opened(sealed.envelope, parts.token), parts.plaintext);
});

test("another implementation opens messages of every length", async () => {
  const point = new Uint8Array(Buffer.from(wave.hpke.publicKey, "base64url"));
  for (const size of [0, 1, 15, 16, 17, 1000]) {
    const [info, message] = [new Uint8Array(size).fill(7), new Uint8Array(size).fill(9)];
    assert.deepEqual(await openedBy(info, await sealTo(point, info, message)), message);
  }
});

test("an envelope is laid out as the protocol says", async () => {
  const { envelope, leaf } = sealed;
  assert.equal(envelope.length, envelopeSize(parts.manifest));
  assert.equal(envelope.length, 679 + sizeOf(parts.manifest));
  const start = `535631${wave.wave}${hex(parts.token)}${hex(parts.draw.pseudonym.publicKey)}00000001`;
  const locator = await locatorOf(wave.wave, parts.receiptCode);
  assert.ok(hex(envelope).startsWith(start + hex(locator)));
  assert.equal(hex(leaf), createHash("sha256").update("\0").update(envelope).digest("hex"));
  assert.deepEqual(await verifyEnvelope(parts.manifest, wave.wave, envelope), {
    nullifier: await nullifierOf(parts.token),
    leaf,
    sequence: 1,
    locator,
  });
});

test("equal answers are equally long and unequal bytes", async () => {
  const again = await seal({ ...parts, plaintext: withdrawn(parts.manifest) });
  const same = await seal(parts);
  assert.equal(again.envelope.length, sealed.envelope.length);
  for (const [start, end] of [[474, 534], [534, 599], [599, -64], [-64, undefined]]) {
    assert.notDeepEqual(same.envelope.slice(start, end), sealed.envelope.slice(start, end));
  }
});

test("the receipt code alone gives back what changes the answer, and a change counts one up", async () => {
  const code = parts.receiptCode.toLowerCase().replaceAll("-", " ");
  const found = await unlock(sealed.envelope, wave.wave, code);
  assert.deepEqual(found.pseudonym.privateScalar, parts.draw.pseudonym.privateScalar);
  assert.deepEqual(found.token, parts.token);
  assert.equal(found.sequence, 1);
  const plaintext = withdrawn(parts.manifest);
  const changed = await reseal({ ...parts, envelope: sealed.envelope, code, plaintext });
  assert.equal((await verifyEnvelope(parts.manifest, wave.wave, changed)).sequence, 2);
  assert.deepEqual(changed.slice(0, 454), sealed.envelope.slice(0, 454));
  assert.deepEqual(await opened(changed, parts.token), plaintext);
});

test("an answer is not unlocked by another code, for another wave, or if it is damaged or cut", async () => {
  const { envelope } = sealed;
  await assert.rejects(unlock(envelope, wave.wave, newReceiptCode()), REFUSED);
  await assert.rejects(unlock(envelope, "00".repeat(32), parts.receiptCode), REFUSED);
  for (const size of [0, 3, 678, envelope.length - 1]) {
    await assert.rejects(unlock(envelope.slice(0, size), wave.wave, parts.receiptCode), REFUSED);
  }
  for (const place of [0, 3, 35, 37, 389, 454, 458, 474, 534, 599, envelope.length - 1]) {
    const damaged = envelope.slice();
    damaged[place] ^= 1;
    await assert.rejects(verifyEnvelope(parts.manifest, wave.wave, damaged), REFUSED);
    await assert.rejects(unlock(damaged, wave.wave, parts.receiptCode), REFUSED);
  }
});

test("an envelope that does not fit together is refused though it is signed", async () => {
  const stranger = await newDraw(parts.manifest, wave.wave);
  const body = sealed.envelope.slice(0, -64);
  const at = (place, flip) => body.map((byte, one) => (one === place ? byte ^ flip : byte));
  const overtaken = concat(body.slice(0, 389), stranger.pseudonym.publicKey, body.slice(454));
  for (const [changed, { pseudonym }] of [
    [at(3, 1), parts.draw], // another wave
    [at(388, 1), parts.draw], // a token that nobody signed
    [overtaken, stranger],
    [concat(body, new Uint8Array(1)), parts.draw],
    [body.slice(0, -1), parts.draw],
    [at(0, 1), parts.draw],
  ]) {
    const envelope = concat(changed, await signWith(pseudonym, changed));
    await assert.rejects(verifyEnvelope(parts.manifest, wave.wave, envelope), REFUSED);
  }
  const again = concat(body, await signWith(parts.draw.pseudonym, body));
  await verifyEnvelope(parts.manifest, wave.wave, again);
});

test("a token for another wave, pseudonym or issuer is not sealed with", async () => {
  const elsewhere = await newParts(newWave());
  const stranger = await newDraw(parts.manifest, wave.wave);
  const spoiled = parts.token.slice();
  spoiled[353] ^= 1;
  for (const wrong of [
    { wave: elsewhere.wave },
    { token: elsewhere.token },
    { draw: stranger },
    { token: spoiled },
    { token: parts.token.slice(1) },
    { manifest: elsewhere.manifest },
    { plaintext: parts.plaintext.slice(1) },
    ...[-1, 1.5, 2 ** 32, "1"].map((sequence) => ({ sequence })),
  ]) {
    await assert.rejects(seal({ ...parts, ...wrong }), REFUSED, Object.keys(wrong)[0]);
  }
  await assert.rejects(seal({ ...parts, receiptCode: "0000" }), { name: "Invalid" });
});

test("an answer of another wave is not verified or resealed", async () => {
  const elsewhere = await newParts(newWave());
  const { envelope } = await seal(elsewhere);
  await assert.rejects(verifyEnvelope(parts.manifest, wave.wave, envelope), REFUSED);
  for (const name of [wave.wave, elsewhere.wave]) {
    await assert.rejects(reseal({ ...parts, wave: name, envelope, code: elsewhere.receiptCode }), REFUSED);
  }
});

test("a receipt code is read as it may be written, and refused otherwise", () => {
  const code = "0123-4567-89AB-CDEF-GHJK-MNPQ-RS";
  for (const written of ["0123456789abcdefghjkmnpqrs", "oI2l-4567 89AB-cdef GHJK mnpqrs", `\t${code}\n`]) {
    assert.equal(normaliseReceiptCode(written), written.includes("l") ? code.replace("0123", "0121") : code);
  }
  const replaced = [code.replace("0", "8"), code.replace("A", "U"), code.replace("A", "é")];
  for (const wrong of ["", code.slice(1), `${code}0`, ...replaced]) {
    assert.throws(() => normaliseReceiptCode(wrong), { name: "Invalid" });
  }
  const codes = Array.from({ length: 100 }, newReceiptCode);
  assert.equal(new Set(codes).size, 100);
  for (const one of codes) assert.match(one, /^[0-7][0-9A-Z]{3}(-[0-9A-Z]{4}){5}-[0-9A-Z]{2}$/);
  for (const one of codes) assert.equal(normaliseReceiptCode(one), one);
});

test("a receipt holds for its leaf, wave and key alone", async () => {
  const message = Buffer.concat([utf8("sottovoce/1/receipt"), Buffer.from(wave.wave, "hex"), sealed.leaf]);
  const key = { key: wave.receipt.jwk, format: "jwk", dsaEncoding: "ieee-p1363" };
  const signature = new Uint8Array(sign("sha256", message, key));
  await checkReceipt(parts.manifest, wave.wave, sealed.leaf, signature);
  const elsewhere = newWave();
  const damaged = signature.map((byte, place) => (place === 5 ? byte ^ 1 : byte));
  for (const [manifest, name, leaf, receipt] of [
    [elsewhere.value, wave.wave, sealed.leaf, signature],
    [parts.manifest, elsewhere.wave, sealed.leaf, signature],
    [parts.manifest, wave.wave, await leafOf(new Uint8Array(1)), signature],
    [parts.manifest, wave.wave, sealed.leaf, damaged],
    [parts.manifest, wave.wave, sealed.leaf, signature.slice(1)],
  ]) {
    await assert.rejects(checkReceipt(manifest, name, leaf, receipt), REFUSED);
  }
});

test("a proof of one leaf needs no path, and a path of another length is refused", async () => {
  const leaf = await leafOf(new Uint8Array(1));
  await verifyProof(leaf, 0, 1, [], leaf);
  await assert.rejects(verifyProof(leaf, 0, 1, [leaf], leaf), REFUSED);
  // Roots that such paths do lead to.
  const above = await sha256(concat(Uint8Array.of(1), leaf, leaf));
  await verifyProof(leaf, 0, 2, [leaf], above);
  await assert.rejects(verifyProof(leaf, 0, 1, [leaf], above), REFUSED);
  await assert.rejects(verifyProof(leaf, 0, 2, [], leaf), REFUSED);
  for (const [index, size] of [[1, 1], [-1, 1], [0, 0], [0.5, 1], [0, Infinity], [NaN, 1]]) {
    await assert.rejects(verifyProof(leaf, index, size, [], leaf), REFUSED);
  }
});
