/**
 * What a handler does with a channel's keys: making the first or the next one, letting a fellow in, taking one out, and
 * sealing older conversations to the newest key. Each step is whole by itself, and what was left undone is found again.
 *
 * @import { Channel, Fellow, Item } from "./types.js"
 */
import { b64u, fromB64u, fromHex } from "../respondent/encoding.js";
import { sealKey } from "../respondent/conversation.js";
import { Refused } from "../respondent/errors.js";
import { get, post } from "./data.js";
import { newKey } from "./hpke.js";
import { sealChannelKey } from "./keys.js";
import { channelKey, conversationKey, here, ownKey, refresh } from "./session.js";

const BATCH = 200; // conversations that are sealed anew in one request

/** @param {Channel} channel @returns {(Fellow & {public_key: string})[]} Its handlers who have a key. */
export const withKeys = (channel) =>
  /** @type {(Fellow & {public_key: string})[]} */ (channel.handlers.filter((one) => one.public_key !== null));

/** Make the channel's first key, or the one after the present. @param {Channel} channel @throws {import("../respondent/api.js").ApiError} */
export async function newChannelKey(channel) {
  const epoch = channel.epoch + 1;
  const { scalar, publicKey } = await newKey();
  const readers = withKeys(channel);
  checkOwn(readers);
  const sealed = await Promise.all(
    readers.map(async ({ user_id, public_key }) => [
      user_id,
      b64u(await sealChannelKey(fromB64u(public_key), channel.id, epoch, scalar)),
    ]),
  );
  await post(`channels/${channel.id}/keys`, { epoch, public_key: b64u(publicKey), sealed: Object.fromEntries(sealed) });
  await refresh();
}

/** Fellows' keys are compared by phone, one's own is known. @param {(Fellow & {public_key: string})[]} readers @throws {Refused} */
function checkOwn(readers) {
  const named = readers.find((one) => one.user_id === here().user.id)?.public_key;
  const own = ownKey()?.publicKey;
  if (!own || named !== b64u(own)) {
    throw new Refused("The server names another key as yours. Nothing was sealed: load the page again, and if this stays, tell whoever runs the server.");
  }
}

/** @param {Channel} channel @param {Fellow} fellow @returns {number[]} Epochs whose key they lack and the handler has. */
export const lackedBy = (channel, fellow) =>
  channel.keys.map(({ epoch }) => epoch).filter((epoch) => !fellow.has.includes(epoch));

/** Let a fellow read what the handler can read. @param {Channel} channel @param {Fellow & {public_key: string}} fellow */
export async function letIn(channel, fellow) {
  const sealed = await Promise.all(
    lackedBy(channel, fellow).map(async (epoch) => {
      const { scalar } = await channelKey(channel.id, epoch);
      return { epoch, sealed: b64u(await sealChannelKey(fromB64u(fellow.public_key), channel.id, epoch, scalar)) };
    }),
  );
  await post(`channels/${channel.id}/grants`, { user_id: fellow.user_id, sealed });
  await refresh();
}

/** @param {Channel} channel @param {Fellow} fellow */
export async function takeOut(channel, fellow) {
  await post(`channels/${channel.id}/removals`, { user_id: fellow.user_id });
  await refresh();
}

/**
 * Seal the keys of older conversations to the channel's newest key.
 * @param {Channel} channel
 * @param {(done: number, closed: number) => void} tell How many were sealed, and how many this handler cannot open.
 * @returns {Promise<{done: number, closed: number}>}
 */
export async function resealAll(channel, tell) {
  const recipient = fromB64u(channel.public_key ?? "");
  let done = 0;
  for (;;) {
    /** @type {{items: Item[]}} */
    const { items } = await get(`channels/${channel.id}/to-reseal`, { limit: String(BATCH) });
    const sealed = await Promise.all(items.map((item) => resealed({ ...item, channel: channel.id }, recipient)));
    const conversations = sealed.filter((one) => one !== null);
    // What cannot be opened comes again and again; a fellow who has the older key must do it.
    if (conversations.length === 0) {
      await refresh();
      return { done, closed: items.length };
    }
    await post(`channels/${channel.id}/resealed`, { epoch: channel.epoch, conversations });
    done += conversations.length;
    tell(done, items.length - conversations.length);
  }
}

/** @param {Item} item @param {import("../respondent/types.js").Bytes} recipient
 * @returns {Promise<{conversation: string, sealed_key: string} | null>} Null if the handler cannot open it. */
async function resealed(item, recipient) {
  let key;
  try {
    key = await conversationKey(item);
  } catch {
    return null;
  }
  const { conversation } = item;
  return { conversation, sealed_key: b64u(await sealKey(key, fromHex(conversation), recipient)) };
}
