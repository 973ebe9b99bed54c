/** A small wave with its private keys, made without the modules under test. */
import { constants, createHash, generateKeyPairSync, privateDecrypt } from "node:crypto";

/** @returns {{publicKey: string, jwk: object}} A P-256 key pair: the point as base64url, the private JWK. */
export function newPoint() {
  const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const point = ["BA", jwk.x, jwk.y].map((part) => Buffer.from(part, "base64url"));
  return { publicKey: Buffer.concat(point).toString("base64url"), jwk };
}

const SPKI_HEAD =
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108" +
  "300b0609608648016503040202a2030201300382010f003082010a0282010100";

/** @returns {{spki: Buffer, key: import("node:crypto").KeyObject}} An issuer's key of 2048 bits (RFC 9578, 8.2.2). */
export function newIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n, "base64url");
  const spki = Buffer.concat([Buffer.from(SPKI_HEAD, "hex"), modulus, Buffer.from("0203010001", "hex")]);
  return { spki, key: privateKey };
}

/** @param {import("node:crypto").KeyObject} key @param {Uint8Array} blinded @returns {Uint8Array} */
export const signBlind = (key, blinded) =>
  new Uint8Array(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, blinded));

const options = (count) => Array.from({ length: count }, (_, place) => ({ id: `o${place}`, text: { en: `${place}` } }));
const level = (id, parent) => ({ id, text: { en: id }, parent, invited: 5, members: [] });
const question = (id, type, rest) => ({ id, type, text: { en: "?" }, reverse: false, theme: null, ...rest });

/** @param {{hpke: string, issuer: Buffer, receipt: string}} keys @returns {any} A manifest. */
export const manifestWith = ({ hpke, issuer, receipt }) => ({
  format: "sottovoce-manifest-1",
  survey: { id: "pulse", version: "1", title: { en: "Pulse" } },
  opens_at: "2026-03-02T08:00:00Z",
  closes_at: "2026-03-09T17:30:00Z",
  invited: 20,
  retention_days: 365,
  questions: [
    question("safe", "scale", { options: options(5), favourable: ["o3", "o4"] }),
    question("comment", "text", { max_bytes: 40 }),
    question("which", "multiple", { options: options(10) }),
    question("recommend", "nps"),
  ],
  attributes: [
    { id: "unit", text: { en: "Unit" }, levels: [level("a", null), level("b", null)], source: "roster", parent: null },
    {
      id: "team",
      text: { en: "Team" },
      levels: [level("a1", "a"), level("a2", "a"), level("b1", "b")],
      source: "roster",
      parent: "unit",
    },
  ],
  policy: {
    k: 8,
    comment_k: 20,
    micro_rho: 35000,
    epsilon_presence: 1.25,
    epsilon_answers: 2,
    delta: 0.000001,
    delta_gate: 1e-7,
    mechanism: "test-1",
    tables: [[], ["unit"]],
    weights: { counts: [9, 8], tables: [3, 2], questions: [5, 4, 6] },
    margins: { nps: 30, scale: 0.5, share: 15 },
  },
  hpke: { kem: 16, kdf: 1, aead: 2, public_key: hpke },
  issuer: { token_type: 2, public_key: issuer.toString("base64url") },
  receipt: { public_key: receipt },
  release: { public_key: newPoint().publicKey },
  keyholders: { threshold: 1, count: 1 },
});

/** @param {any} value @returns {any} The same with its keys sorted, all the way down. */
function sorted(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** @param {any} value @returns {{bytes: Uint8Array, wave: string}} Its canonical bytes and the wave they name. */
export function published(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(sorted(value)));
  return { bytes, wave: createHash("sha256").update(bytes).digest("hex") };
}

/** @returns {any} A published wave: `value`, `bytes`, `wave` (hex), the private `hpke`, `receipt`, `issuer`. */
export function newWave() {
  const [hpke, receipt, issuer] = [newPoint(), newPoint(), newIssuer()];
  const keys = { hpke: hpke.publicKey, receipt: receipt.publicKey, issuer: issuer.spki };
  const value = manifestWith(keys);
  return { value, ...published(value), hpke, receipt, issuer };
}
