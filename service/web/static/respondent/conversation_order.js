/**
 * What both sides wrote, opened and put in order. The other side may send anything.
 *
 * @import { Bytes } from "./types.js"
 * @import { Side } from "./conversation.js"
 */
import { openMessage } from "./conversation.js";
import { fromB64u } from "./encoding.js";

const MOST = 1_000_000; // a number beyond it is none

/**
 * @template {{id: string, from: Side, content: string}} Sealed
 * @param {Bytes} key @param {Bytes} conversation @param {Sealed} message As the server has it.
 * @returns {Promise<Omit<Sealed, "content"> & {body: Record<string, any>, attachment: Bytes, number: number, spoiled: boolean}>}
 */
export async function openedMessage(key, conversation, { content, ...about }) {
  try {
    const { body, attachment } = await openMessage(key, conversation, about.from, fromB64u(content));
    const number = Number.isSafeInteger(body.number) && body.number > 0 && body.number <= MOST ? body.number : 0;
    return { ...about, body, attachment, number, spoiled: false };
  } catch {
    return { ...about, body: {}, attachment: new Uint8Array(0), number: 0, spoiled: true };
  }
}

/** @typedef {{number: number, from: Side, id: string}} Placed */

/** @param {Placed} one @param {Placed} two @returns {number} By number, the sender first, then by id. */
export function inOrder(one, two) {
  if (one.number !== two.number) return one.number - two.number;
  if (one.from !== two.from) return one.from === "sender" ? -1 : 1;
  return one.id < two.id ? -1 : 1;
}
