/** The published vectors of RFC 9474 (blind RSA) and RFC 9180 (HPKE). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { blindWith, rsaHolds, unblind } from "../../service/web/static/respondent/tokens.js";
import { b64u, fromHex, hex } from "../../service/web/static/respondent/encoding.js";
import { aesGcm, keySchedule } from "../../service/web/static/respondent/sealing.js";

const blindRsa = JSON.parse(readFileSync(new URL("../../../shared/vectors/rfc9474.json", import.meta.url), "utf8"));
assert.ok(process.env.HPKE_VECTORS, "name the file of RFC 9180's vectors: HPKE_VECTORS=.../HPKE/test-vectors.json");
const hpke = JSON.parse(readFileSync(process.env.HPKE_VECTORS, "utf8")).filter(
  (vector) => vector.mode === 0 && vector.kem_id === 16 && vector.kdf_id === 1 && vector.aead_id === 2,
);
const bytes = (text) => fromHex(text.replace(/^0x/, ""));

test("the vectors are there", () => {
  assert.equal(blindRsa.length, 4);
  assert.equal(hpke.length, 1);
});

for (const vector of blindRsa) {
  const [n, inverse, salt] = [bytes(vector.n), bytes(vector.inv), bytes(vector.salt)];
  const message = bytes(vector.input_msg);

  test(`${vector.name} blinds as RFC 9474 says`, async () => {
    assert.equal(hex(await blindWith(n, message, salt, inverse)), vector.blinded_msg.replace(/^0x/, ""));
  });

  test(`${vector.name} unblinds as RFC 9474 says`, async () => {
    const signature = unblind(n, bytes(vector.blind_sig), inverse);
    assert.equal(hex(signature), vector.sig.replace(/^0x/, ""));
    // A token's signature has a salt of 48 bytes, and no other length will do.
    assert.equal(await rsaHolds(n, signature, message), salt.length === 48);
  });
}

test("a blinding that shares a factor with the modulus is refused", async () => {
  const { n, p } = blindRsa[0];
  await assert.rejects(blindWith(bytes(n), bytes("00"), new Uint8Array(48), bytes(p)), { name: "Refused" });
  await assert.rejects(blindWith(bytes(n), bytes("00"), new Uint8Array(48), bytes("00")), { name: "Refused" });
});

test("HPKE derives key and nonce and encrypts as RFC 9180 says", async () => {
  const [vector] = hpke;
  const [x, y, d] = [vector.pkEm.slice(2, 66), vector.pkEm.slice(66), vector.skEm].map((text) => b64u(fromHex(text)));
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const jwk = { kty: "EC", crv: "P-256", x, y };
  const ephemeral = {
    publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d }, curve, true, ["deriveBits"]),
  };
  const { enc, key, nonce } = await keySchedule(fromHex(vector.pkRm), fromHex(vector.info), ephemeral);
  assert.equal(hex(enc), vector.enc);
  assert.equal(hex(key), vector.key);
  assert.equal(hex(nonce), vector.base_nonce);
  const [{ pt, ct }] = vector.encryptions;
  // The published ciphertext has associated data, which changes its tag alone.
  assert.equal(hex(await aesGcm("encrypt", key, nonce, fromHex(pt))).slice(0, -32), ct.slice(0, -32));
});
