/**
 * Program codes: 128 random bits that a respondent keeps, written as receipt codes are, and the tag under which the
 * tally pairs two waves. The code goes nowhere; the tag is sealed inside the answer, and is another one in each pairing.
 *
 * @import { Bytes } from "./types.js"
 */
import { fromHex, utf8 } from "./encoding.js";
import { Invalid } from "./errors.js";
import { expand, extract, newReceiptCode, secretOf } from "./sealing.js";

const TAG_SIZE = 16;
const REMEDY = "compare it with what you wrote down, or answer without a code";

/** @returns {string} A fresh code. */
export const newProgramCode = newReceiptCode;

/** HKDF of RFC 5869. @param {string} code As a receipt code may be written. @param {string} pairing Its id, hex.
 * @returns {Promise<Bytes>} 16 bytes that stand for the code in the waves of this pairing. @throws {Invalid} */
export async function tagOf(code, pairing) {
  return expand(await extract(fromHex(pairing), secretIn(code)), utf8("sottovoce/1/pairing"), TAG_SIZE);
}

/** @param {string} code @returns {Bytes} */
function secretIn(code) {
  try {
    return secretOf(code);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    throw new Invalid(error.problems.map((one) => ({ ...one, id: "program-code", place: "program code", remedy: REMEDY })));
  }
}
