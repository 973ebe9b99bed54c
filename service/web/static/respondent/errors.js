/**
 * @typedef {object} Problem One fault in an input.
 * @property {string} id Stable and kebab-case.
 * @property {string} place A path into the input, such as `answers.comment`.
 * @property {string} message What is wrong.
 * @property {string} remedy What to do about it.
 */

/** Input with one or more faults; `problems` lists all that were found. */
export class Invalid extends Error {
  /** @param {Problem[]} problems At least one. */
  constructor(problems) {
    super(problems.map((one) => `${one.place}: ${one.message}; ${one.remedy}`).join("; "));
    this.name = "Invalid";
    this.problems = problems;
  }
}

/** A token, envelope, signature, proof or receipt code does not hold. */
export class Refused extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "Refused";
  }
}

/** The manifest is not what was promised, or cannot be read: it must not be answered. */
export class ManifestBroken extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "ManifestBroken";
  }
}
