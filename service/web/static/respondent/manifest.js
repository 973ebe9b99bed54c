/** @import { Wave } from "./types.js" */
import { layoutOf } from "./answers.js";
import { equal, fromB64u, sha256, utf8, waveBytes } from "./encoding.js";
import { ManifestBroken } from "./errors.js";
import { importPoint, modulusOf } from "./tokens.js";

export { ManifestBroken };

/** @typedef {import("./types.js").Manifest} Manifest */
/** @typedef {import("./types.js").Question} Question */
/** @typedef {import("./types.js").Attribute} Attribute */
/** @typedef {import("./types.js").Option} Option */
/** @typedef {import("./types.js").Level} Level */

const FORMAT = "sottovoce-manifest-1";

// A shape is a test, a list of one shape, an object of shapes, or the one value that is allowed.
/** @type {Record<string, (value: any) => boolean>} */
export const is = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  flag: (value) => typeof value === "boolean",
  integer: Number.isSafeInteger,
  maybeString: (value) => value === null || is.string(value),
  maybeInteger: (value) => value === null || is.integer(value),
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  texts: (value) => is.object(value) && Object.keys(value).length > 0 && Object.values(value).every(is.string),
  numbers: (value) => is.object(value) && Object.values(value).every(is.number),
  minute: (value) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/.test(value) && new Date(value).toJSON() === value.replace("Z", ".000Z"),
  source: (value) => value === "roster" || value === "self",
};
const { string, number, flag, integer, maybeString, object, texts, minute } = is;

const OPTION = { id: string, text: texts };
const QUESTION = { ...OPTION, type: string, reverse: flag, theme: maybeString };
const OPTIONS = { options: [OPTION] };
/** @type {Record<Question["type"], object>} */
const OF_TYPE = {
  scale: { ...OPTIONS, favourable: [string] },
  choice: OPTIONS,
  multiple: OPTIONS,
  nps: {},
  text: { max_bytes: integer },
};
const LEVEL = { ...OPTION, parent: maybeString, invited: is.maybeInteger, members: [string] };
const KEY = { public_key: string };
const SHAPE = {
  format: FORMAT,
  survey: { id: string, version: string, title: texts },
  opens_at: minute,
  closes_at: minute,
  invited: integer,
  retention_days: integer,
  questions: [object],
  attributes: [{ ...OPTION, levels: [LEVEL], source: is.source, parent: maybeString }],
  policy: {
    k: integer,
    comment_k: integer,
    micro_rho: integer,
    epsilon_presence: number,
    epsilon_answers: number,
    delta: number,
    delta_gate: number,
    mechanism: string,
    tables: [[string]],
    weights: { counts: [integer], tables: [integer], questions: [integer] },
    margins: is.numbers,
  },
  hpke: { ...KEY, kem: 16, kdf: 1, aead: 2 },
  issuer: { ...KEY, token_type: 2 },
  receipt: KEY,
  release: KEY,
  keyholders: { threshold: integer, count: integer },
};

/** @param {any} value @returns {string} Canonical JSON of what JSON.parse returned. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (!object(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort(); // by UTF-16 code units, as RFC 8785 asks
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
}

/** @param {any} value @param {any} shape @param {string} place @returns {void} @throws {ManifestBroken} */
export function checkShape(value, shape, place) {
  const broken = new ManifestBroken(`${place} is missing or not what this version reads; use a newer client`);
  if (typeof shape === "function" ? !shape(value) : typeof shape !== "object" && value !== shape) throw broken;
  if (typeof shape !== "object") return;
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw broken;
    value.forEach((item, index) => checkShape(item, shape[0], `${place}[${index}]`));
    return;
  }
  if (!object(value)) throw broken;
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(shape, key)) throw new ManifestBroken(`${place} has the unknown field ${key}; do not answer it`);
  }
  for (const [key, inner] of Object.entries(shape)) checkShape(value[key], inner, `${place}.${key}`);
}

/** @param {string[]} ids @returns {boolean} */
const twice = (ids) => new Set(ids).size !== ids.length;

/** @param {Manifest} manifest @returns {Generator<[boolean, string]>} What may not be, and how to say so. */
function* contradictions({ questions, attributes, policy, keyholders, ...rest }) {
  yield [twice(questions.map((one) => one.id)), "a question id stands twice"];
  for (const { id, options, favourable = [] } of questions) {
    const ids = options?.map((option) => option.id);
    yield [ids?.length === 0 || twice(ids ?? []), `${id} has no options or one of them twice`];
    yield [!favourable.every((one) => ids?.includes(one)), `${id} calls an option favourable that it does not have`];
  }
  const known = attributes.map((one) => one.id);
  yield [twice(known), "an attribute id stands twice"];
  for (const { id, levels } of attributes) {
    yield [!levels.length || twice(levels.map((level) => level.id)), `${id} has no levels or one of them twice`];
    const members = levels.flatMap((level) => [...new Set([level.id, ...level.members])]);
    const repeated = twice(members) || levels.some((level) => twice(level.members));
    yield [repeated, `a level of ${id} has a member that stands elsewhere too`];
    yield [levels.some((level) => (level.invited ?? 0) < 0), `a level of ${id} has a number of people below zero`];
  }
  const foreign = policy.tables.some((table) => twice(table) || !table.every((id) => known.includes(id)));
  yield [foreign, "a table names an attribute that does not exist, or one twice"];
  yield [Math.min(policy.k, policy.comment_k) < 1, "a threshold is below 1"];
  yield [rest.invited < 0 || rest.retention_days < 0, "a number is below zero"];
  yield [rest.closes_at <= rest.opens_at, "the wave closes before it opens"];
  const { threshold, count } = keyholders;
  yield [threshold < 1 || threshold > count, "the keyholders' threshold is not from 1 to their number"];
}

/** @param {Manifest} manifest @returns {Promise<void>} @throws {ManifestBroken} */
async function checkKeys(manifest) {
  for (const name of /** @type {const} */ (["hpke", "receipt", "release", "issuer"])) {
    try {
      const key = fromB64u(manifest[name].public_key);
      if (name === "issuer") modulusOf(key);
      else await importPoint(key);
    } catch {
      throw new ManifestBroken(`${name}.public_key is not a key of its kind; do not answer it`);
    }
  }
}

/** @param {import("./types.js").Bytes} bytes @param {Wave} wave @returns {Promise<Manifest>} The wave's contract.
 * @throws {ManifestBroken} for another hash, bytes that are not canonical JSON (RFC 8785), a missing, unknown or
 *   mistyped field, a key that is none, and parts that do not fit together. */
export async function readManifest(bytes, wave) {
  if (!equal(await sha256(bytes), waveBytes(wave))) {
    throw new ManifestBroken("the manifest does not hash to the wave it was offered for; do not answer it");
  }
  let manifest;
  let same = false;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    same = equal(utf8(canonical(manifest)), bytes);
  } catch {
    throw new ManifestBroken("the manifest is not JSON; do not answer it");
  }
  if (!same) throw new ManifestBroken("the manifest is not in canonical form; do not answer it");
  const paired = manifest?.pairing !== undefined;
  checkShape(manifest, paired ? { ...SHAPE, pairing: object } : SHAPE, "manifest");
  for (const [place, question] of manifest.questions.entries()) {
    const own = Object.hasOwn(OF_TYPE, question.type) ? OF_TYPE[/** @type {Question["type"]} */ (question.type)] : null;
    if (!own) throw new ManifestBroken("the manifest has a question of an unknown type; use a newer client");
    checkShape(question, { ...QUESTION, ...own }, `questions[${place}]`);
  }
  const inPairing = paired ? (await import("./pairing.js")).contradictions(manifest) : [];
  for (const [found, fault] of [...contradictions(manifest), ...inPairing]) {
    if (found) throw new ManifestBroken(`the manifest contradicts itself: ${fault}; do not answer it`);
  }
  layoutOf(manifest);
  await checkKeys(manifest);
  return manifest;
}
