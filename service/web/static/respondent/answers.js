/**
 * Answers as the plaintext of a wave, whose size follows from the manifest alone: a kind byte, the questions but
 * for texts in manifest order, the attributes one byte each, then each text in a field of its own, and in a paired wave the tag of a program code.
 *
 * @import { Attribute, Bytes, Field, Layout, Manifest, Option, Pairing, Problem, Question } from "./types.js"
 */
import { concat, toBytes, utf8 } from "./encoding.js";
import { Invalid, ManifestBroken } from "./errors.js";

/** @typedef {import("./types.js").Answers} Answers */

const RESPONSE = 1;
const WITHDRAWN = 2;
const NPS_SCORES = 11;
const MAX_STEPS = 6;
const LENGTH_SIZE = 2;
const TAG_SIZE = 16;

/** @param {{questions: Question[], attributes: Attribute[], pairing?: Pairing}} manifest @returns {Layout}
 * @throws {ManifestBroken} where something has no room in its bytes or a hierarchy does not nest. */
export function layoutOf({ questions, attributes, pairing }) {
  let size = 1;
  /** @param {Question | Attribute} one @param {Field["type"]} type @param {number} limit @param {number} width
   * @param {number[]} [starts] @returns {Field} */
  const field = (one, type, limit, width, starts = []) => {
    const items = ("levels" in one ? one.levels : one.options) ?? [];
    size += width;
    return { id: one.id, type, offset: size - width, width, limit, items, starts };
  };
  const closed = questions.filter((one) => one.type !== "text").map((one) => {
    const limit = one.type === "nps" ? NPS_SCORES : (one.options ?? []).length;
    const width = one.type === "multiple" ? 1 + Math.ceil(limit / 8) : 1;
    if (width === 1 && limit > 255) throw new ManifestBroken(`${one.id} has more options than fit one byte`);
    return field(one, one.type, limit, width);
  });
  /** @type {Field[][]} */
  const chains = [];
  attributes.forEach((one, place) => {
    const above = one.parent === null ? undefined : attributes[place - 1];
    const starts = startsOf(one, above);
    const ends = [...starts.slice(1), one.levels.length];
    const limit = Math.max(...ends.map((end, parent) => end - (starts[parent] ?? 0)));
    if (limit > 255) throw new ManifestBroken(`${one.id} has more levels than fit one byte`);
    if (!above) chains.push([]);
    chains[chains.length - 1].push(field(one, "attribute", limit, 1, starts));
    if (chains[chains.length - 1].length > MAX_STEPS) throw new ManifestBroken(`${one.id} is one step too many`);
  });
  const texts = questions.filter((one) => one.type === "text").map((one) => {
    const limit = one.max_bytes ?? 0;
    if (limit < 1 || limit > 65535) throw new ManifestBroken(`${one.id} has a length that does not fit two bytes`);
    return field(one, "text", limit, LENGTH_SIZE + limit);
  });
  return { questions: [...closed, ...texts], chains, size: size + (pairing ? TAG_SIZE : 0) };
}

/** @param {Attribute} attribute @param {Attribute | undefined} above @returns {number[]} */
function startsOf({ id, parent, levels }, above) {
  const parents = levels.map((level) => level.parent);
  const starts = [...parents.keys()].filter((place) => place === 0 || parents[place] !== parents[place - 1]);
  const grouped = above?.levels.map((level) => level.id) ?? [null];
  const fits = (parent ?? undefined) === above?.id && starts.length === grouped.length;
  if (!fits || !starts.every((start, place) => parents[start] === grouped[place])) {
    throw new ManifestBroken(`the levels of ${id} do not lie in those of the attribute above it`);
  }
  return above ? starts : [];
}

/** @param {Manifest} manifest @returns {number} Bytes of every plaintext of the wave. */
export const sizeOf = (manifest) => layoutOf(manifest).size;

/** @param {Manifest} manifest @returns {Bytes} The plaintext that takes an answer back: as long as any other. */
export function withdrawn(manifest) {
  const plaintext = new Uint8Array(sizeOf(manifest));
  plaintext[0] = WITHDRAWN;
  return plaintext;
}

/** @param {Manifest} manifest @param {Answers} answers What they do not name is skipped. @returns {Bytes}
 * @throws {Invalid} with every unknown id, value out of range, text that is too long, and hierarchy that is stated in
 *   part or against itself. */
export function encode(manifest, answers) {
  const layout = layoutOf(manifest);
  const given = new Map(Object.entries(answers.questions)); // a Map inherits no keys
  const stated = new Map(Object.entries(answers.attributes));
  const problems = [
    ...unknown("answers", layout.questions, given),
    ...unknown("attributes", layout.chains.flat(), stated),
  ];
  const plaintext = new Uint8Array(layout.size);
  plaintext[0] = RESPONSE;
  for (const field of layout.questions) {
    const value = given.get(field.id) ?? null;
    const bytes = value === null ? [] : encoded(field, value);
    if (typeof bytes === "string") problems.push(outOfRange(`answers.${field.id}`, bytes));
    else plaintext.set(bytes, field.offset);
  }
  for (const chain of layout.chains) {
    const path = pathBytes(chain, stated);
    if ("id" in path) problems.push(path);
    else path.forEach((byte, place) => (plaintext[chain[place].offset] = byte));
  }
  if (answers.tag && manifest.pairing && answers.tag.length === TAG_SIZE) plaintext.set(answers.tag, layout.size - TAG_SIZE);
  else if (answers.tag) problems.push({ ...outOfRange("program code", "not what this wave takes"), id: "program-code" });
  if (problems.length) throw new Invalid(problems);
  return plaintext;
}

/** @param {string} name @param {Field[]} fields @param {Map<string, unknown>} values @returns {Problem[]} */
function unknown(name, fields, values) {
  const [message, remedy] = ["the survey has no such id", "take an id from the manifest"];
  return [...values.keys()]
    .filter((key) => !fields.some((field) => field.id === key))
    .map((key) => ({ id: "unknown-id", place: `${name}.${key}`, message, remedy }));
}

/** @param {string} place @param {string} message @returns {Problem} */
const outOfRange = (place, message) => ({ id: "out-of-range", place, message, remedy: "change it or leave it out" });

/** @param {Option[]} items @param {unknown} value @param {number} [limit] @returns {number} From 0; -1 for none. */
function positionOf(items, value, limit = items.length) {
  if (typeof value === "string") return items.findIndex((item) => item.id === value);
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < limit ? value : -1;
}

/** @param {Field} field @param {unknown} value @returns {ArrayLike<number> | string} Bytes, or what is wrong. */
function encoded({ type, items, limit, width }, value) {
  if (type === "text") {
    if (typeof value !== "string" || !value) return "not a text, or an empty one";
    if (/\p{Surrogate}/u.test(value)) return "half of a surrogate pair, which UTF-8 cannot hold";
    const data = utf8(value);
    if (data.length > limit) return `${data.length} bytes of UTF-8 where ${limit} fit`;
    return concat(toBytes(data.length, LENGTH_SIZE), data);
  }
  if (type === "multiple") {
    const chosen = value instanceof Set || Array.isArray(value) ? [...value] : [NaN];
    const places = chosen.map((one) => positionOf(items, one));
    if (places.includes(-1)) return `not a set of positions from 0 to ${limit - 1}`;
    const bytes = new Uint8Array(width);
    bytes[0] = 1;
    for (const place of places) bytes[1 + (place >> 3)] |= 1 << (place & 7);
    return bytes;
  }
  const place = positionOf(items, value, limit);
  return place < 0 ? `not a whole number from 0 to ${limit - 1}` : [place + 1];
}

/** @param {Field[]} chain @param {Map<string, Answers["attributes"][string]>} stated
 * @returns {number[] | Problem} A byte for each attribute, or what is wrong. */
function pathBytes(chain, stated) {
  const finest = chain[chain.length - 1];
  const value = stated.get(finest.id) ?? null;
  if (value === null) {
    const coarser = chain.find((field) => (stated.get(field.id) ?? null) !== null);
    if (!coarser) return chain.map(() => 0);
    const message = `it is not stated, and ${coarser.id} above it is`;
    const remedy = `state it too, or leave ${coarser.id} out`;
    return { id: "path-in-part", place: `attributes.${finest.id}`, message, remedy };
  }
  let position = positionOf(finest.items, value);
  if (position < 0) {
    return outOfRange(`attributes.${finest.id}`, `not a whole number from 0 to ${finest.items.length - 1}`);
  }
  const bytes = [];
  let problem;
  for (const field of [...chain].reverse()) {
    const given = stated.get(field.id) ?? null;
    if (given !== null && positionOf(field.items, given) !== position) {
      const remedy = `leave it out: it follows from ${finest.id}`;
      const message = `it is not the one that ${finest.id} lies in`;
      problem = { id: "another-path", place: `attributes.${field.id}`, message, remedy };
    }
    const parent = field.starts.filter((start) => start <= position).length - 1;
    bytes.unshift(position - (field.starts[parent] ?? 0) + 1);
    position = parent;
  }
  return problem ?? bytes;
}
