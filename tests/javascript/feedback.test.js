/** A sender's browser before a server that is made up here: what is drawn, sealed, sent again, believed and forgotten. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const kept = new Map();
Object.assign(globalThis, {
  document: { documentElement: { lang: "en" } },
  sessionStorage: {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  },
});

const { conversationKey, openMessage, openSubject, periodName, quoteStatement, sealMessage } = await import(
  "../../service/web/static/respondent/conversation.js"
);
const { b64u, equal, fromB64u, fromHex, hex, randomBytes, sha256, toBytes, toInteger } = await import(
  "../../service/web/static/respondent/encoding.js"
);
const { Refused } = await import("../../service/web/static/respondent/errors.js");
const { draft, keepDraft } = await import("../../service/web/static/respondent/feedback_draft.js");
const { add, answerTo, consent, read, remove, sealed } = await import("../../service/web/static/respondent/feedback_reading.js");
const { NoCode, drawToken, fits, handIn, sealDraft } = await import("../../service/web/static/respondent/feedback_sending.js");
const { nullifierOf } = await import("../../service/web/static/respondent/sealing.js");
const { modulusOf, newPseudonym, signatureHolds } = await import("../../service/web/static/respondent/tokens.js");

// An issuer's key with its private exponent, so that blind signatures can be given here.
const pair = await crypto.subtle.generateKey(
  { name: "RSA-PSS", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-384" },
  true,
  ["sign", "verify"],
);
const { n = "", d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
const SPKI_HEAD = fromHex(
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108" +
    "300b0609608648016503040202a2030201300382010f003082010a0282010100",
);
const issuerKey = Uint8Array.from([...SPKI_HEAD, ...fromB64u(n), 2, 3, 1, 0, 1]);
assert.deepEqual(modulusOf(issuerKey), fromB64u(n));

/** RSA without padding, as the registrar does. */
function blindSigned(blinded) {
  const modulus = toInteger(fromB64u(n));
  let [base, exponent, value] = [toInteger(blinded), toInteger(fromB64u(d)), 1n];
  for (; exponent; exponent >>= 1n) {
    if (exponent & 1n) value = (value * base) % modulus;
    base = (base * base) % modulus;
  }
  return toBytes(value, 256);
}

const period = hex(await periodName("2026-11", issuerKey));
const channelKey = await newPseudonym(randomBytes(32));
const channel = { id: "ab".repeat(16), epoch: 2, public_key: b64u(channelKey.publicKey) };
const card = { hour: 18, periods: [{ period, month: "2026-11", issuer_public_key: b64u(issuerKey) }], channels: [channel], said: [] };

/** @type {{path: string, body: any}[]} */
let sent = [];
/** @type {Record<string, (body: any) => unknown>} What answers, by the end of the address; an error is thrown, a number is a status. */
let answers = {};

globalThis.fetch = async (path, { body }) => {
  const read = typeof body === "string" ? JSON.parse(body) : Uint8Array.from(body);
  sent.push({ path, body: read });
  const reply = await answers[path.split("/").pop()](read);
  if (reply instanceof Error) throw reply;
  if (typeof reply === "object" && reply !== null && "status" in reply) {
    return new Response(JSON.stringify({ type: `urn:sottovoce:problem:${reply.id}`, detail: "" }), { status: reply.status });
  }
  return reply === null ? new Response(null, { status: 204 }) : new Response(JSON.stringify(reply));
};

const SIZES = { magic: 3, period: 32, token: 354, publicKey: 65, channel: 16, epoch: 4, locator: 16, access: 32, locker: 60, sealedKey: 113, subject: 156 };

/** @returns {Record<keyof typeof SIZES | "content", Uint8Array<ArrayBuffer>>} Of an opening. */
function parts(opening) {
  const found = {};
  let end = 0;
  for (const [name, size] of Object.entries(SIZES)) found[name] = opening.slice(end, (end += size));
  return { ...found, content: opening.slice(end, -64) };
}

const stored = async (data) => ({ conversation: hex(await nullifierOf(parts(data).token)), day: "2026-11-23" });

beforeEach(() => {
  kept.clear();
  sent = [];
  answers = {
    tokens: ({ blinded_message }) => ({ blind_signature: b64u(blindSigned(fromB64u(blinded_message))) }),
    conversations: stored,
    messages: async (data) => ({ id: hex((await sha256(data.slice(36, -64))).slice(0, 16)), day: "2026-11-23" }),
    deletions: () => null,
  };
});

const begin = () => keepDraft({ code: "a-code", channel: channel.id, subject: " Shifts ", text: " They are set too late. " });

/** @returns {Promise<{code: string, opening: Uint8Array<ArrayBuffer>}>} What one sending leaves. */
async function send() {
  begin();
  await drawToken(card);
  await sealDraft(channel, null, "de");
  await handIn();
  return { code: draft().receiptCode ?? "", opening: sent.at(-1)?.body };
}

test("a message is sealed so that its receipt code opens it, and the tab keeps the code alone", async () => {
  const { code, opening } = await send();
  const [key, name] = [await conversationKey(code), await nullifierOf(parts(opening).token)];
  const { body } = await openMessage(key, name, "sender", parts(opening).content);
  assert.deepEqual(body, { kind: "opening", number: 1, channel: channel.id, public_key: b64u(parts(opening).publicKey), text: "They are set too late.", language: "de" });
  assert.equal(await openSubject(key, name, parts(opening).subject), "Shifts");
  assert.deepEqual(draft(), { receiptCode: code, sent: "2026-11-23" });
  assert.deepEqual(sent[0].body, { code: "a-code", wave: null, period, blinded_message: sent[0].body.blinded_message });
});

test("after lost replies the same token request and the same opening are sent again", async () => {
  begin();
  const { tokens, conversations } = answers;
  answers.tokens = answers.conversations = () => new TypeError("lost");
  await assert.rejects(drawToken(card), { status: 0 });
  answers.tokens = tokens;
  await drawToken(card);
  await sealDraft(channel, null, "en");
  await assert.rejects(handIn(), { status: 0 });
  answers.conversations = conversations;
  await sealDraft(channel, null, "en");
  await handIn();
  assert.deepEqual(sent[0].body, sent[1].body);
  assert.deepEqual(sent[2].body, sent[3].body);
  assert.ok(draft().sent);
});

test("without a code nothing is asked for, and without a key of the month it can be tried again", async () => {
  keepDraft({ channel: channel.id, text: "x" });
  await assert.rejects(drawToken(card), NoCode);
  begin();
  await assert.rejects(drawToken({ ...card, periods: [] }), { passing: true });
  assert.deepEqual(sent, []);
});

test("the latest month's tokens are drawn, and a month that is not what it is called is not believed", async () => {
  begin();
  await drawToken({ ...card, periods: [{ ...card.periods[0], month: "2026-10", period: "00" }, card.periods[0]] });
  assert.equal(sent[0].body.period, period);
  begin();
  await assert.rejects(drawToken({ ...card, periods: [{ ...card.periods[0], month: "2026-12" }] }), Refused);
});

test("when another month has begun, a token of it is asked for the next time", async () => {
  begin();
  answers.tokens = () => ({ status: 409, id: "conflict" });
  await assert.rejects(drawToken(card), { status: 409 });
  assert.equal(draft().draw, undefined);
  assert.equal(draft().text, " They are set too late. ");
});

test("when the channel has another key the token and the code stay, and the message is sealed anew", async () => {
  begin();
  await drawToken(card);
  await sealDraft(channel, null, "en");
  const { token, receiptCode, opening } = draft();
  answers.conversations = () => ({ status: 409, id: "channel-changed" });
  await assert.rejects(handIn(), { id: "channel-changed" });
  assert.deepEqual([draft().token, draft().receiptCode, draft().opening], [token, receiptCode, undefined]);
  answers.conversations = stored;
  await sealDraft({ ...channel, epoch: 3 }, null, "en");
  assert.notEqual(draft().opening, opening);
  await handIn();
  assert.equal(draft().receiptCode, receiptCode);
});

test("what is refused is not sent again, and what was written stays", async () => {
  begin();
  await drawToken(card);
  await sealDraft(channel, null, "en");
  answers.conversations = () => ({ status: 422, id: "refused" });
  await assert.rejects(handIn(), { status: 422 });
  assert.deepEqual(draft(), { code: "a-code", channel: channel.id, subject: " Shifts ", text: " They are set too late. " });
});

test("a reply about another conversation is not believed", async () => {
  begin();
  await drawToken(card);
  await sealDraft(channel, null, "en");
  answers.conversations = () => ({ conversation: "00".repeat(32), day: "2026-11-23" });
  await assert.rejects(handIn(), Refused);
  assert.ok(draft().opening);
});

/** A conversation as the server gives it, with these further messages. */
async function lookedUp({ code, opening }, ...more) {
  const own = parts(opening).content;
  const name = await nullifierOf(parts(opening).token);
  const rows = [{ from: "sender", content: own }, ...more];
  const messages = await Promise.all(
    rows.map(async ({ from, content }) => ({ id: hex((await sha256(content)).slice(0, 16)), from, mark: null, day: "2026-11-23", out: true, content: b64u(content) })),
  );
  answers.lookups = () => ({
    conversation: hex(name),
    channel: channel.id,
    public_key: b64u(parts(opening).publicKey),
    locker: b64u(parts(opening).locker),
    subject: b64u(parts(opening).subject),
    state: "new",
    delete_on: "2027-11-23",
    messages,
  });
  return { name, key: await conversationKey(code) };
}

const NOTHING = new Uint8Array(0);

test("a conversation is read in the order of its numbers, and what does not open is told apart", async () => {
  const made = await send();
  const name = await nullifierOf(parts(made.opening).token);
  const key = await conversationKey(made.code);
  const from = (side, body, as = side) => sealMessage(key, name, side, { body, attachment: NOTHING }).then((content) => ({ from: as, content }));
  await lookedUp(
    made,
    await from("handlers", { kind: "reply", number: 3, text: "three" }),
    await from("handlers", { kind: "reply", number: 2, text: "two" }),
    await from("sender", { kind: "reply", number: 4, text: "forged" }, "handlers"),
    await from("handlers", { kind: "reply", number: 1e300, text: "far" }),
  );
  const { said, subject, pseudonym } = await read(made.code);
  assert.equal(subject, "Shifts");
  assert.deepEqual(said.map(({ number, spoiled }) => [number, spoiled]).slice(-3), [[1, false], [2, false], [3, false]]);
  assert.deepEqual(said.filter(({ spoiled }) => spoiled).map(({ body }) => body), [{}]);
  const { locator, access } = sent.at(-1)?.body ?? {};
  assert.deepEqual(fromHex(locator), parts(made.opening).locator);
  assert.deepEqual(await sha256(fromB64u(access)), parts(made.opening).access);
  assert.ok(pseudonym.publicKey);
});

test("a further message is numbered after all that was read and signed by the conversation's own key", async () => {
  const made = await send();
  await lookedUp(made);
  const conversation = await read(made.code);
  const addition = await sealed(conversation, { kind: "verdict", verdict: "resolved", text: "" }, null, "resolved");
  assert.equal(await add(addition), "2026-11-23");
  assert.equal(addition[35], 1);
  const { body } = await openMessage(conversation.key, conversation.name, "sender", addition.slice(36, -64));
  assert.equal(body.number, 2);
  assert.ok(await signatureHolds(conversation.pseudonym.publicKey, addition.slice(-64), addition.slice(0, -64)));
  answers.messages = () => ({ id: "00".repeat(16), day: "2026-11-23" });
  await assert.rejects(add(addition), Refused);
});

test("a quote is let out by a signature over its words, and found as answered", async () => {
  const made = await send();
  await lookedUp(made);
  const conversation = await read(made.code);
  const signature = fromB64u(await consent(conversation, "these words"));
  const statement = await quoteStatement(conversation.name, "these words");
  assert.ok(await signatureHolds(conversation.pseudonym.publicKey, signature, statement));
  const answered = { ...conversation, said: [{ ...conversation.said[0], body: { kind: "quote-answer", question: "cd" } }] };
  assert.ok(answerTo(answered, "cd"));
  assert.equal(answerTo(answered, "ce"), undefined);
});

test("a deletion is signed and needs no reply but that it was done", async () => {
  const made = await send();
  const { name } = await lookedUp(made);
  await remove(await read(made.code));
  const { path, body } = sent.at(-1) ?? {};
  assert.ok(path?.endsWith("/deletions") && equal(body.slice(3, 35), name) && body.length === 99);
});

test("a code that opens another locker opens nothing", async () => {
  const [one, other] = [await send(), await send()];
  await lookedUp(one);
  await assert.rejects(read(other.code), Refused);
});

test("a text and a picture go together as long as one message takes both", () => {
  const picture = (size) => ({ type: /** @type {const} */ ("image/png"), bytes: new Uint8Array(size) });
  assert.ok(fits("x".repeat(20_000), null));
  assert.ok(fits("x".repeat(5_000), picture(250 * 1024)));
  assert.ok(!fits("x".repeat(20_000), picture(250 * 1024)));
  assert.ok(!fits("\n".repeat(131_000), null));
});
