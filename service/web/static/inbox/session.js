/**
 * Who works here, and the keys that they have opened. All of it is in the memory of this tab alone, and gone when it
 * is locked, reloaded or closed.
 *
 * @import { Bytes } from "../respondent/types.js"
 * @import { Channel, Item, Me, PrivateKey } from "./types.js"
 */
import { fromB64u, fromHex } from "../respondent/encoding.js";
import { Refused } from "../respondent/errors.js";
import { get, useToken } from "./data.js";
import { openChannelKey, openConversationKey } from "./keys.js";

/** @type {Me | null} */
let me = null;
/** @type {PrivateKey | null} */
let own = null;
/** @type {Map<string, Promise<PrivateKey>>} */
const channelKeys = new Map();
/** @type {Map<string, Promise<Bytes>>} */
const conversationKeys = new Map();

/** @returns {Promise<Me>} What the server says now. @throws {import("../respondent/api.js").ApiError} */
export async function refresh() {
  /** @type {Me} */
  const found = await get("me");
  if (me && me.user.id !== found.user.id) {
    lock(); // somebody else signed in
    location.reload();
  }
  useToken(found.csrf);
  me = found;
  return found;
}

/** @returns {Me} As of the last `refresh`. */
export function here() {
  if (!me) throw new Error("nothing was asked of the server yet");
  return me;
}

/** @returns {PrivateKey | null} The handler's key while it is unlocked. */
export const ownKey = () => own;

/** @param {PrivateKey} key */
export function unlock(key) {
  lock();
  own = { ...key, scalar: new Uint8Array(0) }; // the browser holds the private half, and does not give it out
}

/** Forget every key. */
export function lock() {
  own = null;
  channelKeys.clear();
  conversationKeys.clear();
}

/** @param {string} id @returns {Channel | undefined} */
export const channelOf = (id) => here().channels.find((one) => one.id === id);

/** @param {string} channel Hex. @param {number} epoch @returns {Promise<PrivateKey>} @throws {Refused} if nobody let the handler in. */
export function channelKey(channel, epoch) {
  return kept(channelKeys, `${channel}/${epoch}`, async () => {
    const found = channelOf(channel);
    const sealed = found?.keys.find((one) => one.epoch === epoch);
    const point = found?.epochs.find((one) => one.epoch === epoch);
    if (!own || !sealed || !point) throw new Refused("you have no key for this yet; a fellow handler must let you in");
    return openChannelKey(own, channel, epoch, fromB64u(sealed.sealed), fromB64u(point.public_key));
  });
}

/** @param {Pick<Item, "conversation" | "channel" | "epoch" | "sealed_key">} item @returns {Promise<Bytes>} Its key. @throws {Refused} */
export function conversationKey({ conversation, channel, epoch, sealed_key }) {
  return kept(conversationKeys, sealed_key, async () =>
    openConversationKey(await channelKey(channel, epoch), fromHex(conversation), fromB64u(sealed_key)),
  );
}

/** @returns {string} What the signed-in handler is called in a channel. @param {string} channel */
export const nameIn = (channel) =>
  channelOf(channel)?.handlers.find((one) => one.user_id === here().user.id)?.name ?? here().user.name;

/**
 * @template Value
 * @param {Map<string, Promise<Value>>} known @param {string} name @param {() => Promise<Value>} make
 * @returns {Promise<Value>}
 */
function kept(known, name, make) {
  const found = known.get(name);
  if (found) return found;
  const made = make();
  known.set(name, made);
  made.catch(() => known.delete(name)); // it may be there the next time
  return made;
}
