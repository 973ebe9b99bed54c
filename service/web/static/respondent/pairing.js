/**
 * What the contract of a paired wave says more, checked. Loaded only where there is something to check.
 *
 * @import { Manifest, Pairing } from "./types.js"
 */
import { checkShape, is } from "./manifest.js";

/** @param {any} value @returns {boolean} */
const isId = (value) => is.string(value) && /^[0-9a-f]{32}$/.test(value);
/** @param {any} value @returns {boolean} */
const isEarlier = (value) => value === null || (is.string(value) && /^[0-9a-f]{64}$/.test(value));
/** @param {any} value @returns {boolean} */
const isMoment = (value) => value === null || is.minute(value);

const SHAPE = {
  id: isId,
  earlier: isEarlier,
  carried_until: isMoment,
  link_micro_rho: is.integer,
  micro_rho: is.integer,
  epsilon_presence: is.number,
  epsilon_answers: is.number,
  delta_gate: is.number,
  measures: [{ question: is.maybeString, theme: is.maybeString }],
  by: is.maybeString,
};

/** @param {Manifest} manifest With a pairing. @returns {Generator<[boolean, string]>} What may not be, and how to say so.
 * @throws {import("./errors.js").ManifestBroken} for a field of the pairing that is missing, unknown or mistyped. */
export function* contradictions({ questions, attributes, closes_at: closes, pairing }) {
  checkShape(pairing, SHAPE, "manifest.pairing");
  const { earlier, carried_until: until, link_micro_rho: link, micro_rho: cost, measures, by } = /** @type {Pairing} */ (pairing);
  yield [(earlier === null && until === null) || link < 1 || cost < 1, "it is paired with nothing, or at no loss"];
  yield [until !== null && until <= closes, "what is kept for a later wave is kept until before this one closes"];
  const scales = questions.filter((one) => one.type === "scale");
  for (const { question, theme } of measures) {
    const named = question === null || scales.some((one) => one.id === question);
    const themed = theme === null || scales.some((one) => one.theme === theme);
    yield [!named || !themed, "the pairing measures a question or theme that does not exist"];
    yield [question !== null && theme !== null, "the pairing measures a question and a theme as one"];
  }
  const tops = attributes.filter((one) => one.parent === null).map((one) => one.id);
  const grouped = by === null || tops.includes(by);
  yield [!measures.length || !grouped, "the pairing measures nothing, or names an attribute that does not exist"];
}
