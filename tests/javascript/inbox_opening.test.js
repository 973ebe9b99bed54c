import assert from "node:assert/strict";
import { before, test } from "node:test";

import { newKey } from "../../service/web/static/inbox/hpke.js";
import { sealChannelKey } from "../../service/web/static/inbox/keys.js";
import { nextNumber, opened, writtenIn } from "../../service/web/static/inbox/opening.js";
import { lock, refresh, unlock } from "../../service/web/static/inbox/session.js";
import { quoteStatement, sealKey, sealMessage, sealSubject } from "../../service/web/static/respondent/conversation.js";
import { b64u, hex, randomBytes } from "../../service/web/static/respondent/encoding.js";
import { newPseudonym, sign } from "../../service/web/static/respondent/tokens.js";

const CHANNEL = "00112233445566778899aabbccddeeff";
const NAME = randomBytes(32);
const KEY = randomBytes(32);
const QUOTE = "words to be quoted";
let item;
let own;
let pseudonym;
let nobody;

/** A sealed message as the server hands it out; its id stands for its place. */
async function message(id, from, body, key = KEY, attachment = new Uint8Array(0)) {
  const content = b64u(await sealMessage(key, NAME, from, { body, attachment }));
  return { id, from, mark: null, day: "2026-03-02", out: true, content };
}

const answer = async (number, by, words, more = {}) => {
  const signature = b64u(await sign(by, await quoteStatement(NAME, words)));
  return message(`0${number}`, "sender", { kind: "quote-answer", number, question: "q1", yes: true, signature, ...more });
};

const question = () => message("q1", "handlers", { kind: "quote-question", number: 2, text: "May we?", quote: QUOTE, name: "Ada" });
const opening = () => {
  const body = { kind: "opening", number: 1, channel: CHANNEL, public_key: b64u(pseudonym.publicKey), text: "It is late.", language: "de" };
  return message("ff", "sender", body);
};

before(async () => {
  const channel = await newKey();
  own = await newKey();
  [pseudonym, nobody] = [await newPseudonym(NAME), await newPseudonym(NAME)];
  const me = {
    user: { id: "u1", name: "Ada" },
    csrf: "token",
    channels: [
      {
        id: CHANNEL,
        keys: [{ epoch: 1, sealed: b64u(await sealChannelKey(own.publicKey, CHANNEL, 1, channel.scalar)) }],
        epochs: [{ epoch: 1, public_key: b64u(channel.publicKey) }],
      },
    ],
  };
  globalThis.fetch = async () => new Response(JSON.stringify(me), { headers: { "content-type": "application/json" } });
  await refresh();
  unlock(own);
  item = {
    conversation: hex(NAME),
    channel: CHANNEL,
    epoch: 1,
    sealed_key: b64u(await sealKey(KEY, NAME, channel.publicKey)),
    subject: b64u(await sealSubject(KEY, NAME, "Shifts")),
    notes: [],
  };
});

test("messages stand in the order of their numbers, the sender's first, then of their names", async () => {
  const said = (id, from, number) => message(id, from, { kind: "message", number, text: id });
  const messages = [await said("c", "handlers", 2), await said("b", "sender", 3), await said("a", "sender", 3), await said("d", "sender", 2), await opening()];
  const found = await opened({ ...item, messages });
  assert.deepEqual(found.said.map((one) => one.id), ["ff", "d", "c", "a", "b"]);
  assert.deepEqual([found.subject, found.language, nextNumber(found.said)], ["Shifts", "de", 4]);
  assert.deepEqual(found.point, pseudonym.publicKey);
  assert.ok(writtenIn(found).includes("It is late."));
});

test("a message of another key or the other side is shown as one that cannot be opened", async () => {
  const foreign = await message("a", "sender", { kind: "message", number: 9, text: "forged" }, randomBytes(32));
  const turned = { ...(await message("b", "handlers", { kind: "message", number: 8, text: "turned" })), from: "sender" };
  const cut = { ...foreign, id: "c", content: foreign.content.slice(0, 40) };
  const found = await opened({ ...item, messages: [await opening(), foreign, turned, cut] });
  assert.deepEqual(found.said.filter((one) => one.spoiled).map((one) => one.id), ["a", "b", "c"]);
  assert.equal(nextNumber(found.said), 2);
  assert.ok(!writtenIn(found).some((text) => ["forged", "turned"].includes(text)));
});

test("numbers that are none, or are absurd, do not count", async () => {
  const odd = await Promise.all([1e15, -1, 1.5, "7", null].map((number, at) => message(`${at}`, "sender", { kind: "message", number })));
  const found = await opened({ ...item, messages: [await opening(), ...odd] });
  assert.equal(nextNumber(found.said), 2);
});

test("words may be quoted when their sender said yes to a handler's question and signed just these words", async () => {
  const quotes = async (...messages) => (await opened({ ...item, messages: await Promise.all(messages) })).quotes.map((one) => one.text);
  assert.deepEqual(await quotes(opening(), question(), answer(3, pseudonym, QUOTE)), [QUOTE]);
  for (const wrong of [
    answer(3, nobody, QUOTE),
    answer(3, pseudonym, "other words"),
    answer(3, pseudonym, QUOTE, { yes: "yes" }),
    answer(3, pseudonym, QUOTE, { question: "q2" }),
    answer(3, pseudonym, QUOTE, { signature: null }),
    answer(3, pseudonym, QUOTE, { signature: "no base64url!" }),
    message("03", "handlers", { kind: "quote-answer", number: 3, question: "q1", yes: true }),
  ]) {
    assert.deepEqual(await quotes(opening(), question(), wrong), []);
  }
  assert.deepEqual(await quotes(question(), answer(3, pseudonym, QUOTE)), []);
});

test("a locked inbox opens nothing, though it was opened before", async () => {
  const messages = [await opening()];
  await opened({ ...item, messages });
  lock();
  await assert.rejects(opened({ ...item, messages }), { name: "Refused" });
  unlock(own);
  assert.equal((await opened({ ...item, messages })).subject, "Shifts");
});
