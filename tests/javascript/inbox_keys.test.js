import assert from "node:assert/strict";
import { createHash, hkdfSync, pbkdf2Sync, createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

import { newKey, openSealed, privateKey } from "../../service/web/static/inbox/hpke.js";
import {
  ITERATIONS,
  lockKey,
  longEnough,
  openChannelKey,
  recoverKey,
  sealChannelKey,
  unlockKey,
} from "../../service/web/static/inbox/keys.js";
import { openNote, sealNote } from "../../service/web/static/inbox/note_sealing.js";
import { b64u, concat, fromB64u, fromHex, hex, randomBytes, toBytes, utf8 } from "../../service/web/static/respondent/encoding.js";
import { fingerprint } from "../../service/web/static/respondent/fingerprint.js";
import { aesGcm, keyOfShared, newReceiptCode, sealTo, secretOf } from "../../service/web/static/respondent/sealing.js";

const REFUSED = { name: "Refused" };
const PASSPHRASE = "Größe horse battery staple five";
const CHANNEL = "00112233445566778899aabbccddeeff";
const ROUNDS = 10; // the real number is asked for once
assert.ok(process.env.HPKE_VECTORS, "name the file of RFC 9180's vectors: HPKE_VECTORS=.../HPKE/test-vectors.json");
const [vector] = JSON.parse(readFileSync(process.env.HPKE_VECTORS, "utf8")).filter(
  (one) => one.mode === 0 && one.kem_id === 16 && one.kdf_id === 1 && one.aead_id === 2,
);

/** Every byte of `data` changed once, in turn: its first, last and some between. */
const damaged = (data) => [0, 1, 64, data.length - 1].map((place) => data.map((byte, at) => (at === place ? byte ^ 1 : byte)));

test("the recipient derives key and nonce as RFC 9180 says", async () => {
  const recipient = await privateKey(fromHex(vector.skRm), fromHex(vector.pkRm));
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const from = await crypto.subtle.importKey("raw", fromHex(vector.enc), curve, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: from }, recipient.key, 256));
  const first = await keyOfShared(shared, fromHex(vector.enc), recipient.publicKey, fromHex(vector.info));
  assert.equal(hex(first.key), vector.key);
  assert.equal(hex(first.nonce), vector.base_nonce);
});

test("what is sealed to the vector's key with its key and nonce is opened", async () => {
  const recipient = await privateKey(fromHex(vector.skRm), fromHex(vector.pkRm));
  const [{ pt }] = vector.encryptions;
  const ciphertext = await aesGcm("encrypt", fromHex(vector.key), fromHex(vector.base_nonce), fromHex(pt));
  const sealed = concat(fromHex(vector.enc), ciphertext);
  assert.equal(hex(await openSealed(recipient, fromHex(vector.info), sealed)), pt);
});

test("what another implementation seals is opened, and what is sealed here it opens", async () => {
  const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const [own, info, text] = [await newKey(), utf8("an info"), randomBytes(32)];
  const recipientPublicKey = await suite.kem.importKey("raw", own.publicKey.slice().buffer, true);
  const sender = await suite.createSenderContext({ recipientPublicKey, info: info.slice().buffer });
  const ciphertext = new Uint8Array(await sender.seal(text.slice().buffer));
  assert.deepEqual(await openSealed(own, info, concat(new Uint8Array(sender.enc), ciphertext)), text);
  assert.deepEqual(await openSealed(own, info, await sealTo(own.publicKey, info, text)), text);
});

test("a wrong key, a wrong info, a changed byte, a short or empty text is refused", async () => {
  const [own, other, info] = [await newKey(), await newKey(), utf8("an info")];
  const sealed = await sealTo(own.publicKey, info, randomBytes(32));
  await assert.rejects(openSealed(other, info, sealed), REFUSED);
  await assert.rejects(openSealed(own, utf8("another"), sealed), REFUSED);
  for (const wrong of [...damaged(sealed), sealed.slice(0, -1), sealed.slice(0, 65), new Uint8Array(0)]) {
    await assert.rejects(openSealed(own, info, wrong), REFUSED);
  }
});

test("two halves that do not belong together are no key", async () => {
  const [one, two] = [await newKey(), await newKey()];
  await assert.rejects(privateKey(one.scalar, two.publicKey), REFUSED);
  await assert.rejects(privateKey(one.scalar, one.publicKey.slice(1)), REFUSED);
  await assert.rejects(privateKey(new Uint8Array(32), one.publicKey), REFUSED);
});

test("a key is opened by its passphrase and by its recovery code, however they are written, and by no other", async () => {
  const [own, code] = [await newKey(), newReceiptCode()];
  const kept = { public_key: b64u(own.publicKey), ...(await lockKey(own.scalar, PASSPHRASE, code, ROUNDS)) };
  for (const lock of [kept.by_passphrase, kept.by_recovery]) assert.equal(fromB64u(lock).length, 76);
  for (const written of [PASSPHRASE, PASSPHRASE.normalize("NFD")]) {
    assert.deepEqual((await unlockKey(kept, written)).scalar, own.scalar);
  }
  for (const written of [code, code.toLowerCase().replaceAll("-", " ")]) {
    assert.deepEqual((await recoverKey(kept, written)).scalar, own.scalar);
  }
  await assert.rejects(unlockKey(kept, `${PASSPHRASE} `), REFUSED);
  await assert.rejects(recoverKey(kept, newReceiptCode()), REFUSED);
  await assert.rejects(recoverKey(kept, "no code"), { name: "Invalid" });
  const other = b64u((await newKey()).publicKey);
  await assert.rejects(unlockKey({ ...kept, public_key: other }, PASSPHRASE), REFUSED);
  for (const lock of damaged(fromB64u(kept.by_passphrase))) {
    await assert.rejects(unlockKey({ ...kept, by_passphrase: b64u(lock) }, PASSPHRASE), REFUSED);
  }
  for (const iterations of [0, 1.5, 1e9, "10"]) await assert.rejects(unlockKey({ ...kept, iterations }, PASSPHRASE), REFUSED);
});

test("locks are laid out as the protocol says", async () => {
  const [own, code] = [await newKey(), newReceiptCode()];
  const locks = await lockKey(own.scalar, PASSPHRASE, code);
  assert.deepEqual([locks.iterations, ITERATIONS], [600_000, 600_000]);
  const open = (lock, keyOf) => {
    const cipher = createDecipheriv("aes-256-gcm", keyOf(lock.slice(0, 16)), lock.slice(16, 28));
    cipher.setAuthTag(lock.slice(-16));
    return Buffer.concat([cipher.update(lock.slice(28, -16)), cipher.final()]);
  };
  const byPassphrase = (salt) => pbkdf2Sync(PASSPHRASE.normalize("NFC"), salt, 600_000, 32, "sha256");
  const byCode = (salt) => Buffer.from(hkdfSync("sha256", secretOf(code), salt, "sottovoce/1/handler recovery", 32));
  assert.equal(hex(open(fromB64u(locks.by_passphrase), byPassphrase)), hex(own.scalar));
  assert.equal(hex(open(fromB64u(locks.by_recovery), byCode)), hex(own.scalar));
});

test("a passphrase has five words or sixteen characters, and is not one thing again and again", () => {
  for (const good of ["one two three four five", "sixteen-letters!", PASSPHRASE]) assert.ok(longEnough(good), good);
  for (const weak of ["", "one two three", "fifteen letters", "a a a a a", "aaaaaaaaaaaaaaaaaaaa", "no no no no no"]) {
    assert.ok(!longEnough(weak), weak);
  }
});

test("a channel's key is sealed to one handler, for one channel and epoch", async () => {
  const [handler, other, channel] = [await newKey(), await newKey(), await newKey()];
  const sealed = await sealChannelKey(handler.publicKey, CHANNEL, 3, channel.scalar);
  assert.equal(sealed.length, 113);
  const info = concat(utf8("sottovoce/1/channel key"), fromHex(CHANNEL), toBytes(3, 4));
  assert.deepEqual(await openSealed(handler, info, sealed), channel.scalar);
  const opened = await openChannelKey(handler, CHANNEL, 3, sealed, channel.publicKey);
  assert.deepEqual(opened.scalar, channel.scalar);
  await assert.rejects(openChannelKey(other, CHANNEL, 3, sealed, channel.publicKey), REFUSED);
  await assert.rejects(openChannelKey(handler, CHANNEL, 4, sealed, channel.publicKey), REFUSED);
  await assert.rejects(openChannelKey(handler, CHANNEL.replace("0", "1"), 3, sealed, channel.publicKey), REFUSED);
  await assert.rejects(openChannelKey(handler, CHANNEL, 3, sealed, other.publicKey), REFUSED);
});

test("a fingerprint is half of the key's SHA-256", async () => {
  const { publicKey } = await newKey();
  const digest = createHash("sha256").update(publicKey).digest("hex");
  assert.equal((await fingerprint(publicKey)).replaceAll(" ", ""), digest.slice(0, 32));
});

test("a note is opened with its channel's key and in its conversation alone, and has one of two sizes", async () => {
  const [channel, other, conversation] = [await newKey(), await newKey(), randomBytes(32)];
  for (const [text, size] of [["Called the works council.", 1024], ["x".repeat(1500), 4096]]) {
    const content = await sealNote(channel, conversation, { text, name: "Ada" });
    assert.equal(content.length, size + 28);
    assert.deepEqual(await openNote(channel, conversation, content), { text, name: "Ada" });
    await assert.rejects(openNote(other, conversation, content), REFUSED);
    await assert.rejects(openNote(channel, randomBytes(32), content), REFUSED);
    for (const wrong of [...damaged(content), content.slice(1), new Uint8Array(0)]) {
      await assert.rejects(openNote(channel, conversation, wrong), REFUSED);
    }
  }
  await assert.rejects(sealNote(channel, conversation, { text: "x".repeat(4096), name: "Ada" }), REFUSED);
});
