/** @import { Problem } from "./types.js" */

/** Input with one or more faults. */
export class Invalid extends Error {
  name = "Invalid";
  /** @param {Problem[]} problems Every one that was found. */
  constructor(problems) {
    super(problems.map((one) => `${one.place}: ${one.message}; ${one.remedy}`).join("; "));
    this.problems = problems;
  }
}

/** A token, envelope, signature, proof or code does not hold. */
export class Refused extends Error {
  name = "Refused";
}

/** The manifest is not what was promised: it must not be answered. */
export class ManifestBroken extends Error {
  name = "ManifestBroken";
}
