/** What a wave's noise comes to in plain words: how often somebody who guesses from the results may be right. */

/** @typedef {{micro_rho: number, epsilon_answers: number, delta: number, delta_gate: number}} Loss As in the manifest. */

/** @param {import("./types.js").Manifest} manifest @returns {Loss} Of all that is published: where the wave is paired, of that too. */
export function lossOf({ policy, pairing }) {
  if (!pairing) return policy;
  const links = Number(pairing.earlier !== null) + Number(pairing.carried_until !== null);
  const gate = policy.delta_gate + 2 * links * pairing.delta_gate; // one person can change two pairs
  return { ...policy, micro_rho: policy.micro_rho + pairing.micro_rho, epsilon_answers: pairing.epsilon_answers, delta_gate: gate };
}

const LATTICE = 0.002; // noise of scale 100 or more on whole numbers is this near to the normal law

/**
 * At most so many percent of guesses between two cases of even odds are right.
 * @param {number} rho Zero-concentrated loss between the two cases. @param {number} delta Chance of no protection.
 * @returns {number}
 */
const percent = (rho, delta) => Math.ceil(100 * Math.min(1, normal(Math.sqrt(rho / 2)) + LATTICE + delta));

/** @param {Loss} policy @returns {number} For one who guesses whether somebody answered. */
export const guessOfPresence = (policy) => percent(policy.micro_rho / 1e6, policy.delta_gate);

/** @param {Loss} policy @returns {number} For one who knows that somebody answered and guesses between two answers. */
export function guessOfAnswers(policy) {
  let [low, high] = [0, 100];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (epsilonOf(middle, policy.delta) < policy.epsilon_answers) low = middle;
    else high = middle;
  }
  return percent(high, 2 * policy.delta_gate);
}

/**
 * Epsilon at `delta` of a loss rho, after Canonne, Kamath and Steinke (https://arxiv.org/abs/2004.00010), proposition 12.
 * @param {number} rho @param {number} delta @returns {number}
 */
function epsilonOf(rho, delta) {
  /** @param {number} log @returns {number} For the order 1 + e^log. */
  const at = (log) => {
    const above = Math.exp(log);
    const order = 1 + above;
    return order * rho + (-Math.log(delta) + order * Math.log1p(-1 / order) - log) / above;
  };
  let [low, high] = [-12, 14]; // it falls and then rises in between
  for (let step = 0; step < 80; step += 1) {
    const [one, two] = [low + (high - low) / 3, high - (high - low) / 3];
    if (at(one) < at(two)) high = two;
    else low = one;
  }
  return Math.max(0, at(low));
}

/** @param {number} x From 0. @returns {number} The normal law up to x, by Simpson's rule. */
function normal(x) {
  const steps = 200;
  const height = (/** @type {number} */ step) => Math.exp(-(((x * step) / steps) ** 2) / 2);
  let sum = height(0) + height(steps);
  for (let step = 1; step < steps; step += 1) sum += (step % 2 ? 4 : 2) * height(step);
  return 0.5 + (sum * x) / steps / 3 / Math.sqrt(2 * Math.PI);
}
