import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";

import { RSABSSA } from "@cloudflare/blindrsa-ts";

import { concat, fromB64u, hex, toInteger } from "../../service/web/static/respondent/encoding.js";
import { readManifest } from "../../service/web/static/respondent/manifest.js";
import {
  blind,
  blindWith,
  finalize,
  loadDraw,
  modulusOf,
  newDraw,
  newInverse,
  newPseudonym,
  pseudonymOf,
  rsaHolds,
  saveDraw,
  unblind,
  verifyToken,
} from "../../service/web/static/respondent/tokens.js";
import { newWave, signBlind } from "./wave.js";

const REFUSED = { name: "Refused" };
const suite = RSABSSA.SHA384.PSS.Deterministic({ supportsRSARAW: false });
let wave;
let manifest;

before(async () => {
  wave = newWave();
  manifest = await readManifest(wave.bytes, wave.wave);
});

/** The other implementation's view of the issuer's key. */
async function issuerKeys() {
  const jwk = wave.issuer.key.export({ format: "jwk" });
  const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
  return {
    publicKey: await crypto.subtle.importKey("jwk", { kty: "RSA", n: jwk.n, e: jwk.e }, algorithm, true, ["verify"]),
    privateKey: await crypto.subtle.importKey("jwk", jwk, algorithm, true, ["sign"]),
  };
}

test("a token is type, nonce, wave, key id and a signature that the issuer made blind", async () => {
  const draw = await newDraw(manifest, wave.wave);
  const token = await finalize(draw.state, signBlind(wave.issuer.key, draw.blinded));
  const keyId = createHash("sha256").update(wave.issuer.spki).digest("hex");
  assert.equal(token.length, 354);
  assert.equal(hex(token.slice(0, 98)), `0002${hex(draw.pseudonym.nonce)}${wave.wave}${keyId}`);
  await verifyToken(new Uint8Array(wave.issuer.spki), token);
});

test("another implementation signs what is blinded here, and finalizes it to the same token", async () => {
  const { publicKey, privateKey } = await issuerKeys();
  const { blinded, state } = await blind(manifest, wave.wave, new Uint8Array(32));
  const signature = await suite.blindSign(privateKey, blinded);
  const token = await finalize(state, new Uint8Array(signature));
  assert.deepEqual(token.slice(98), await suite.finalize(publicKey, state.input, signature, state.inverse));
});

test("what another implementation blinds is unblinded here", async () => {
  const { publicKey, privateKey } = await issuerKeys();
  const message = crypto.getRandomValues(new Uint8Array(98));
  const { blindedMsg, inv } = await suite.blind(publicKey, message);
  const modulus = modulusOf(new Uint8Array(wave.issuer.spki));
  const signature = unblind(modulus, await suite.blindSign(privateKey, blindedMsg), inv);
  assert.ok(await suite.verify(publicKey, signature, message));
});

test("nothing that the registrar sees comes twice", async () => {
  const requests = await Promise.all(Array.from({ length: 10 }, () => blind(manifest, wave.wave, new Uint8Array(32))));
  assert.equal(new Set(requests.map(({ blinded }) => hex(blinded))).size, 10);
  assert.equal(new Set(requests.map(({ state }) => hex(state.inverse))).size, 10);
});

test("blinding inverses are units below the modulus and take all of its range", () => {
  const modulus = Uint8Array.from([0x80, 0x01]); // 32769 = 3 * 3 * 11 * 331
  const drawn = Array.from({ length: 2000 }, () => Number(toInteger(newInverse(modulus))));
  assert.ok(drawn.every((value) => value > 0 && value < 32769 && [3, 11, 331].every((factor) => value % factor)));
  assert.ok(Math.min(...drawn) < 1000 && Math.max(...drawn) > 31769);
  assert.ok(new Set(drawn).size > 1800);
});

test("a signature of another key, over another request, damaged or cut is refused", async () => {
  const { blinded, state } = await blind(manifest, wave.wave, new Uint8Array(32));
  const good = signBlind(wave.issuer.key, blinded);
  const other = await blind(manifest, wave.wave, new Uint8Array(32));
  const elsewhere = newWave();
  const foreign = await blind(elsewhere.value, elsewhere.wave, new Uint8Array(32));
  const damaged = good.slice();
  damaged[100] ^= 1;
  for (const signature of [
    signBlind(elsewhere.issuer.key, foreign.blinded),
    signBlind(wave.issuer.key, other.blinded),
    damaged,
    good.slice(1),
    new Uint8Array(256),
    new Uint8Array(256).fill(255),
    new Uint8Array(0),
  ]) {
    await assert.rejects(finalize(state, signature), REFUSED);
  }
  assert.equal((await finalize(state, good)).length, 354);
});

test("a token damaged in any part is refused", async () => {
  const { blinded, state } = await blind(manifest, wave.wave, new Uint8Array(32));
  const token = await finalize(state, signBlind(wave.issuer.key, blinded));
  const spki = new Uint8Array(wave.issuer.spki);
  for (const place of [0, 1, 2, 40, 70, 97, 98, 353]) {
    const damaged = token.slice();
    damaged[place] ^= 0x80;
    await assert.rejects(verifyToken(spki, damaged), REFUSED);
  }
  for (const size of [0, 98, 353]) await assert.rejects(verifyToken(spki, token.slice(0, size)), REFUSED);
});

test("a token that names another key is refused though this key signed it", async () => {
  const spki = new Uint8Array(wave.issuer.spki);
  const modulus = modulusOf(spki);
  const [input, inverse] = [new Uint8Array(98), newInverse(modulus)];
  input[1] = 2;
  const blinded = await blindWith(modulus, input, new Uint8Array(48), inverse);
  const signature = unblind(modulus, signBlind(wave.issuer.key, blinded), inverse);
  assert.ok(await rsaHolds(modulus, signature, input));
  await assert.rejects(verifyToken(spki, concat(input, signature)), REFUSED);
});

test("a message that shares a factor with the modulus is refused", async () => {
  const modulus = new Uint8Array(256);
  modulus[0] = 0x80; // even, as is every encoded message, which ends in 0xbc
  await assert.rejects(blindWith(modulus, new Uint8Array(98), new Uint8Array(48), Uint8Array.of(3)), REFUSED);
});

test("an issuer's key in any other encoding is refused", () => {
  const spki = new Uint8Array(wave.issuer.spki);
  const changed = (place, flip) => spki.map((byte, at) => (at === place ? byte ^ flip : byte));
  const wrong = Array.from({ length: 81 }, (_, place) => changed(place, 1));
  wrong.push(changed(81, 0x80), changed(336, 1), changed(341, 1), spki.slice(1), new Uint8Array([...spki, 0]));
  for (const key of [...wrong, new Uint8Array(0)]) assert.throws(() => modulusOf(key), REFUSED);
  assert.equal(modulusOf(spki).length, 256);
});

test("a draw that was saved as JSON goes on as if nothing had happened", async () => {
  const draw = await newDraw(manifest, wave.wave);
  const saved = JSON.parse(JSON.stringify(saveDraw(draw)));
  const loaded = await loadDraw(saved);
  assert.deepEqual(loaded.blinded, draw.blinded);
  assert.deepEqual(loaded.state, draw.state);
  assert.deepEqual(loaded.pseudonym.nonce, draw.pseudonym.nonce);
  assert.deepEqual(saveDraw(loaded), saved);
  assert.equal((await finalize(loaded.state, signBlind(wave.issuer.key, loaded.blinded))).length, 354);
});

test("a saved draw that is damaged anywhere is refused", async () => {
  const saved = saveDraw(await newDraw(manifest, wave.wave));
  const other = saveDraw(await newDraw(manifest, wave.wave));
  for (const name of ["format", "wave", "public_key", "pseudonym", "token_input"]) {
    const foreign = name === "format" ? "x" : name === "wave" ? "00".repeat(32) : other[name];
    for (const value of [undefined, 1, "", foreign]) {
      await assert.rejects(loadDraw({ ...saved, [name]: value }), REFUSED, `${name} ${value}`);
    }
  }
  for (const name of ["issuer_public_key", "blinded_message", "inverse"]) {
    await assert.rejects(loadDraw({ ...saved, [name]: "" }), REFUSED);
  }
  for (const value of [null, undefined, {}, "x"]) await assert.rejects(loadDraw(value), REFUSED);
});

test("a pseudonym's halves belong together", async () => {
  const [one, two] = [await newPseudonym(wave.wave), await newPseudonym(wave.wave)];
  const again = await pseudonymOf(wave.wave, one.privateScalar, one.publicKey);
  assert.deepEqual(again.nonce, one.nonce);
  const order = fromB64u("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
  for (const scalar of [two.privateScalar, new Uint8Array(32), order, new Uint8Array(31)]) {
    await assert.rejects(pseudonymOf(wave.wave, scalar, one.publicKey), REFUSED);
  }
});
