/** A conversation's key, messages and requests, as the sender's browser makes them. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ROOM,
  SIZES,
  SUBJECT_BYTES,
  accessOf,
  addMessage,
  conversationKey,
  deleteConversation,
  idOf,
  locatorOfCode,
  openConversation,
  openMessage,
  openSubject,
  periodName,
  quoteStatement,
  sealKey,
  sealMessage,
  sealSubject,
  unlockSender,
} from "../../service/web/static/respondent/conversation.js";
import { concat, equal, hex, randomBytes, sha256, utf8 } from "../../service/web/static/respondent/encoding.js";
import { Invalid, Refused } from "../../service/web/static/respondent/errors.js";
import { newReceiptCode } from "../../service/web/static/respondent/sealing.js";
import { newPseudonym, signatureHolds } from "../../service/web/static/respondent/tokens.js";

const NOTHING = new Uint8Array(0);
const [key, conversation] = [randomBytes(32), randomBytes(32)];
const said = (text, attachment = NOTHING) => ({ body: { kind: "message", number: 2, text }, attachment });
const changed = (bytes, place) => bytes.map((byte, here) => (here === place ? byte ^ 1 : byte));

for (const side of ["sender", "handlers"]) {
  test(`what ${side} writes comes back as it was, with its picture`, async () => {
    const message = said("Größe، مرحبا \ud83d\ude00", randomBytes(5000));
    assert.deepEqual(await openMessage(key, conversation, side, await sealMessage(key, conversation, side, message)), message);
  });
}

test("a sealed message has the size of its class and no other", async () => {
  for (const size of SIZES) {
    const around = size - utf8(JSON.stringify(said("").body)).length - 8;
    assert.equal((await sealMessage(key, conversation, "sender", said("x".repeat(around)))).length, size + 28);
    const more = said("x".repeat(around + 1));
    if (size === SIZES.at(-1)) await assert.rejects(sealMessage(key, conversation, "sender", more), Refused);
    else assert.ok((await sealMessage(key, conversation, "sender", more)).length > size + 28);
  }
  assert.equal(ROOM, SIZES.at(-1) - 8);
});

test("a message opens for no other side, conversation or key, and not when a byte is changed", async () => {
  const content = await sealMessage(key, conversation, "sender", said("hello"));
  /** @type {Parameters<typeof openMessage>[]} */
  const attempts = [
    [key, conversation, "handlers", content],
    [key, randomBytes(32), "sender", content],
    [randomBytes(32), conversation, "sender", content],
    [key, conversation, "sender", changed(content, 500)],
    [key, conversation, "sender", content.slice(0, -1)],
    [key, conversation, "sender", NOTHING],
  ];
  for (const attempt of attempts) await assert.rejects(openMessage(...attempt), Refused);
});

test("a subject has one length whatever it says, and its limit counts bytes", async () => {
  for (const subject of ["", "A thought", "é".repeat(SUBJECT_BYTES / 2)]) {
    const sealed = await sealSubject(key, conversation, subject);
    assert.equal(sealed.length, 156);
    assert.equal(await openSubject(key, conversation, sealed), subject);
    await assert.rejects(openSubject(key, conversation, changed(sealed, 20)), Refused);
  }
  await assert.rejects(sealSubject(key, conversation, "é".repeat(SUBJECT_BYTES / 2 + 1)), Refused);
});

test("a receipt code gives a place, a proof and a key that tell nothing of one another", async () => {
  const code = newReceiptCode();
  const made = [await locatorOfCode(code), await accessOf(code), await conversationKey(code)];
  assert.deepEqual(made.map((one) => one.length), [16, 32, 32]);
  assert.ok(!equal(made[1], made[2]) && !equal(made[0], made[1].slice(0, 16)));
  assert.deepEqual(await conversationKey(code.toLowerCase().replaceAll("-", " ")), made[2]);
  assert.notDeepEqual(await conversationKey(newReceiptCode()), made[2]);
  await assert.rejects(locatorOfCode("not a code"), Invalid);
});

/** @returns An opening with a token that nobody signed, but bound as one must be. */
async function opening() {
  const period = await periodName("2026-11", randomBytes(342));
  const pseudonym = await newPseudonym(period);
  const token = concat(Uint8Array.of(0, 2), pseudonym.nonce, period, randomBytes(32 + 256));
  const code = newReceiptCode();
  const channel = await newPseudonym(period); // only its point matters
  const parts = {
    period,
    token,
    pseudonym,
    channel: "0123456789abcdef0123456789abcdef",
    epoch: 3,
    code,
    sealedKey: await sealKey(await conversationKey(code), conversation, channel.publicKey),
    subject: await sealSubject(key, conversation, "subject"),
    content: await sealMessage(key, conversation, "sender", said("hello")),
  };
  return { parts, data: await openConversation(parts) };
}

test("an opening has every part in its place and the pseudonym's signature over all of them", async () => {
  const { parts, data } = await opening();
  const sizes = [3, 32, 354, 65, 16, 4, 16, 32, 60, 113, 156, parts.content.length, 64];
  const cut = [];
  let end = 0;
  for (const size of sizes) cut.push(data.slice(end, (end += size)));
  assert.equal(end, data.length);
  const { period, token, pseudonym, code, sealedKey, subject, content } = parts;
  assert.deepEqual([cut[0], cut[1], cut[2], cut[3]], [utf8("SC1"), period, token, pseudonym.publicKey]);
  assert.deepEqual([hex(cut[4]), hex(cut[5])], [parts.channel, "00000003"]);
  assert.deepEqual([cut[6], cut[7]], [await locatorOfCode(code), await sha256(await accessOf(code))]);
  assert.deepEqual([cut[9], cut[10], cut[11]], [sealedKey, subject, content]);
  assert.ok(await signatureHolds(pseudonym.publicKey, cut[12], data.slice(0, -64)));
  assert.deepEqual((await unlockSender(code, cut[8], pseudonym.publicKey)).privateScalar, pseudonym.privateScalar);
  await assert.rejects(unlockSender(newReceiptCode(), cut[8], pseudonym.publicKey), Refused);
});

test("a token of another pseudonym or period opens nothing", async () => {
  const { parts } = await opening();
  await assert.rejects(openConversation({ ...parts, period: randomBytes(32) }), Refused);
  await assert.rejects(openConversation({ ...parts, pseudonym: await newPseudonym(parts.period) }), Refused);
  await assert.rejects(openConversation({ ...parts, token: parts.token.slice(1) }), Refused);
});

test("additions and deletions name the conversation and carry the pseudonym's signature", async () => {
  const pseudonym = await newPseudonym(conversation);
  const content = await sealMessage(key, conversation, "sender", said("more"));
  for (const [place, mark] of [null, "resolved", "not-resolved"].entries()) {
    const data = await addMessage(conversation, pseudonym, mark, content);
    assert.deepEqual(data.slice(0, -64), concat(utf8("SM1"), conversation, Uint8Array.of(place), content));
    assert.ok(await signatureHolds(pseudonym.publicKey, data.slice(-64), data.slice(0, -64)));
  }
  const data = await deleteConversation(conversation, pseudonym);
  assert.deepEqual(data.slice(0, -64), concat(utf8("SD1"), conversation));
  assert.ok(await signatureHolds(pseudonym.publicKey, data.slice(-64), data.slice(0, -64)));
});

test("a yes to a quote is for these words in this conversation alone", async () => {
  const statement = await quoteStatement(conversation, "these words");
  assert.deepEqual(statement, concat(utf8("sottovoce/1/quote"), conversation, await sha256(utf8("these words"))));
  assert.notDeepEqual(await quoteStatement(conversation, "those words"), statement);
  assert.notDeepEqual(await quoteStatement(randomBytes(32), "these words"), statement);
  assert.equal((await idOf(statement)).length, 16);
});
