/**
 * What a receipt code is good for. The code stays here: the server is asked for the sealed answer under its locator,
 * which is derived from the code and does not give it away.
 *
 * @import { Bytes, Manifest, Verified } from "./types.js"
 */
import { withdrawn } from "./answers.js";
import { address, ApiError, getBytes, getJson, post } from "./api.js";
import { equal, fromB64u, fromHex, hex } from "./encoding.js";
import { Refused } from "./errors.js";
import { checkReceipt, leafOf, locatorOf, reseal, unlock, verifyEnvelope, verifyProof } from "./sealing.js";

/** The server has no answer behind the code. */
export class AnswerMissing extends Error {}

/**
 * @typedef {object} Stored
 * @property {Bytes} envelope
 * @property {Verified} verified
 *
 * @typedef {object} Checked What was found, all of it verified here.
 * @property {number} sequence 1 for a first answer and one more for each change.
 * @property {string} leaf Hex.
 * @property {Counted | null} counted Null while the board is not published.
 *
 * @typedef {object} Counted A place on the board of a closed wave and the board's numbers.
 * @property {number} index From 0.
 * @property {number} responses
 * @property {number} issued
 * @property {number} invited
 * @property {string} root Hex.
 */

/**
 * The sealed answer behind the code, verified and opened by the code as far as it can be.
 * @param {Manifest} manifest @param {string} wave Hex. @param {string} code
 * @returns {Promise<Stored>} @throws {AnswerMissing} @throws {Refused} @throws {ApiError}
 */
export async function stored(manifest, wave, code) {
  let envelope;
  try {
    envelope = await getBytes(address(wave, `responses/${hex(await locatorOf(wave, code))}`));
  } catch (error) {
    throw error instanceof ApiError && error.status === 404 ? new AnswerMissing() : error;
  }
  const verified = await verifyEnvelope(manifest, wave, envelope);
  await unlock(envelope, wave, code);
  return { envelope, verified };
}

/**
 * Before the board is published: the answer is there, and the server signs once more that it is. After: it is on the
 * board, by an inclusion proof up to the root.
 * @param {Manifest} manifest @param {string} wave Hex. @param {string} code
 * @returns {Promise<Checked>} @throws {AnswerMissing} @throws {Refused} if anything does not hold. @throws {ApiError}
 */
export async function check(manifest, wave, code) {
  const { envelope, verified } = await stored(manifest, wave, code);
  const [sequence, leaf] = [verified.sequence, hex(verified.leaf)];
  const board = await getJson(address(wave, "board")).catch((error) => {
    if (error instanceof ApiError && error.status === 409) return null;
    throw error;
  });
  if (board === null) {
    await handIn(manifest, wave, envelope); // the same bytes change nothing and are signed for again
    return { sequence, leaf, counted: null };
  }
  const proof = await getJson(address(wave, `proofs/${hex(verified.nullifier)}`));
  const counted = numbersOf(manifest, board, proof);
  await verifyProof(verified.leaf, counted.index, counted.responses, hashes(proof.path), fromHex(counted.root));
  return { sequence, leaf, counted };
}

/**
 * The board's numbers. @param {Manifest} manifest @param {any} board @param {any} proof As the server sent them.
 * @returns {Counted} @throws {Refused} if they contradict the contract or one another.
 */
export function numbersOf(manifest, board, proof) {
  const { responses, issued, invited, root } = board;
  const whole = [responses, issued, invited, proof.index].every((one) => Number.isSafeInteger(one) && one >= 0);
  const fit = responses <= issued && issued <= invited && invited === manifest.invited && proof.size === responses;
  if (!whole || !fit || !/^[0-9a-f]{64}$/.test(root)) throw new Refused("the numbers on the board contradict one another");
  return { index: proof.index, responses, issued, invited, root };
}

/** @param {unknown} path @returns {Bytes[]} @throws {Refused} */
function hashes(path) {
  if (!Array.isArray(path) || !path.every((one) => /^[0-9a-f]{64}$/.test(one))) throw new Refused("the proof is no proof");
  return path.map((one) => fromHex(one));
}

/**
 * What takes the answer behind the code back; to the server it looks like any change.
 * @param {Manifest} manifest @param {string} wave Hex. @param {string} code
 * @returns {Promise<Bytes>} To be handed in; sent again as it is after a lost reply.
 * @throws {AnswerMissing} @throws {Refused} @throws {ApiError}
 */
export async function withdrawal(manifest, wave, code) {
  const { envelope } = await stored(manifest, wave, code);
  return reseal({ manifest, wave, envelope, code, plaintext: withdrawn(manifest) });
}

/**
 * Hand in a sealed answer and check what the server signs for it.
 * @param {Manifest} manifest @param {string} wave Hex. @param {Bytes} envelope
 * @returns {Promise<void>} @throws {Refused} @throws {ApiError} 409 after the close, 422 where another change came before.
 */
export async function handIn(manifest, wave, envelope) {
  const reply = await post(address(wave, "responses"), envelope);
  const leaf = await leafOf(envelope);
  if (!equal(leaf, fromHex(String(reply.leaf)))) throw new Refused("the receipt is for another answer");
  await checkReceipt(manifest, wave, leaf, fromB64u(String(reply.signature)));
}
