/**
 * Keys and handlers: for each channel who can read it, and what to do where somebody cannot yet or must not any more.
 *
 * @import { Channel, Fellow } from "./types.js"
 */
import { announce, el, show } from "../respondent/dom.js";
import { fromB64u } from "../respondent/encoding.js";
import { fingerprint } from "../respondent/fingerprint.js";
import { lackedBy, letIn, newChannelKey, resealAll, takeOut, withKeys } from "./channel_keys.js";
import { Fault, act, checkbox, tick } from "./forms.js";
import { changePassphrase } from "./unlocking.js";
import { here, ownKey } from "./session.js";
import { named } from "./words.js";

const NOT_COMPARED = "Compare the fingerprints by phone first, and tick that they are the same.";

/** @param {() => unknown} back Shows the inbox. */
export async function showHandlers(back) {
  const again = () => showHandlers(back);
  const mine = await fingerprint(ownKey()?.publicKey ?? new Uint8Array(0));
  const channels = await Promise.all(here().channels.map((channel) => channelCard(channel, mine, again)));
  show(
    el("h1", {}, "Keys and handlers"),
    el("p", {}, act("Back to the inbox", async () => back(), "link")),
    el(
      "section",
      { class: "card" },
      el("h2", {}, "Your key"),
      el("p", {}, "Its fingerprint: ", el("code", {}, mine)),
      el("p", { class: "hint" }, "A fellow handler asks you for it by phone before letting you in. It is no secret."),
      el("button", { type: "button", class: "second", click: () => changePassphrase(again, again) }, "Change the passphrase"),
    ),
    ...channels,
  );
}

/** @param {Channel} channel @param {string} mine @param {() => Promise<void>} again @returns {Promise<HTMLElement>} */
async function channelCard(channel, mine, again) {
  const people = await Promise.all(channel.handlers.map((fellow) => personRow(channel, fellow, mine, again)));
  const reads = channel.keys.some((one) => one.epoch === channel.epoch);
  const orphaned = channel.epoch > 0 && !channel.handlers.some((one) => one.has.includes(channel.epoch));
  return el(
    "section",
    { class: "card" },
    el("h2", {}, named(channel)),
    channel.epoch === 0
      ? el("p", { class: "notice warn" }, "This channel has no key yet, so nobody can write to it. The first handler makes it.")
      : el("p", {}, "Fingerprint of the channel's key: ", el("code", {}, await fingerprint(fromB64u(channel.public_key ?? "")))),
    orphaned && el("p", { class: "notice bad" }, "Nobody has the key of this channel any more. What was written until now cannot be read, but with a new key people can write again."),
    channel.epoch > 0 && !reads && !orphaned && el("p", { class: "notice warn" }, `You cannot read this channel yet. Ask a fellow handler to let you in, and read them your fingerprint by phone: ${mine}`),
    channel.rotate && el("p", { class: "notice warn" }, "Somebody was taken out of this channel. It needs a new key, so that they could not read the conversations that are opened from now on."),
    el("ul", { class: "people" }, ...people),
    (channel.epoch === 0 || reads || orphaned) && (await keyMaking(channel, orphaned, again)),
    reads && resealing(channel, again),
  );
}

/** @param {Channel} channel @param {Fellow} fellow @param {string} mine @param {() => Promise<void>} again @returns {Promise<HTMLElement>} */
async function personRow(channel, fellow, mine, again) {
  const lacked = lackedBy(channel, fellow);
  const self = fellow.user_id === here().user.id;
  const can = channel.epoch > 0 && fellow.has.includes(channel.epoch);
  const state = fellow.public_key === null ? "has made no key yet" : can ? "can read" : channel.epoch ? "cannot read yet" : "has a key";
  return el(
    "li",
    {},
    el("p", {}, el("strong", {}, self ? `${fellow.name} (you)` : fellow.name), ` ${state}`),
    !self && fellow.public_key !== null && lacked.length > 0 && (await lettingIn(channel, { ...fellow, public_key: fellow.public_key }, mine, again)),
    !self && takingOut(channel, fellow, again),
  );
}

/** @param {Channel} channel @param {Fellow & {public_key: string}} fellow @param {string} mine @param {() => Promise<void>} again */
async function lettingIn(channel, fellow, mine, again) {
  const compared = checkbox();
  return el(
    "details",
    {},
    el("summary", {}, `Let ${fellow.name} in`),
    el("p", {}, `Call ${fellow.name}, at a number that you know. Both of you read out the two fingerprints. If one differs, let nobody in: the server may have put another key in its place.`),
    el("dl", { class: "facts" }, pair(`Key of ${fellow.name}`, await fingerprint(fromB64u(fellow.public_key))), pair("Your key", mine)),
    tick(compared, "We compared both by phone, and they are the same."),
    act("Let in", async () => {
      if (!compared.checked) throw new Fault(NOT_COMPARED, compared);
      await letIn(channel, fellow);
      await again();
      announce(`${fellow.name} can read ${named(channel)} now.`);
    }, "second"),
  );
}

/** @param {Channel} channel @param {Fellow} fellow @param {() => Promise<void>} again */
function takingOut(channel, fellow, again) {
  const sure = checkbox();
  return el(
    "details",
    {},
    el("summary", {}, `Take ${fellow.name} out`),
    el("p", {}, "The server deletes their copies of the channel's keys and shows them nothing more. What they have read they have read; and a copy that they made of a key still opens the conversations that it opened until now, later messages among them, if they ever get hold of those. Make the channel's new key right after."),
    tick(sure, `Take ${fellow.name} out of ${named(channel)}.`),
    act("Take out", async () => {
      if (!sure.checked) throw new Fault("Tick that it is meant.", sure);
      await takeOut(channel, fellow);
      await again();
      announce(`${fellow.name} was taken out.`);
    }, "danger"),
  );
}

/** @param {Channel} channel @param {boolean} orphaned @param {() => Promise<void>} again */
async function keyMaking(channel, orphaned, again) {
  const others = withKeys(channel).filter((one) => one.user_id !== here().user.id);
  const compared = checkbox();
  const first = channel.epoch === 0;
  const title = first ? "Make the channel's first key" : "Make the channel's new key";
  const rows = await Promise.all(others.map(async (one) => pair(one.name, await fingerprint(fromB64u(one.public_key)))));
  const due = first || orphaned || channel.rotate; // else it is offered, and not asked for
  return el(
    due ? "div" : "details",
    {},
    !due && el("summary", {}, title),
    !first && el("p", {}, "Conversations that are opened from then on are sealed to the new key. The older ones are sealed to it right after, in this browser, so that the old key can go."),
    others.length > 0 && el("p", {}, "It is given to these handlers too. Compare their fingerprints by phone first."),
    others.length > 0 && el("dl", { class: "facts" }, ...rows),
    others.length > 0 && tick(compared, "We compared them by phone, and they are the same."),
    act(title, async () => {
      if (others.length > 0 && !compared.checked) throw new Fault(NOT_COMPARED, compared);
      await newChannelKey(channel);
      await again();
      announce(first ? "People can write to the channel now." : "The channel has a new key. Seal the older conversations to it now.");
    }, ""),
  );
}

/** @param {Channel} channel @param {() => Promise<void>} again */
function resealing(channel, again) {
  if (channel.epochs.length < 2) return null;
  const bar = el("progress", { "aria-label": "Conversations sealed to the new key" });
  bar.hidden = true;
  const told = el("p", { role: "status" });
  return el(
    "div",
    {},
    el("h3", {}, "Older keys are still in use"),
    el("p", {}, "Conversations that are sealed to an older key are sealed to the newest one here, a few hundred at a time. You can stop and go on later. Notes stay under their key until their conversation is deleted."),
    bar,
    told,
    act("Seal older conversations to the newest key", async () => {
      bar.hidden = false;
      try {
        const { done, closed } = await resealAll(channel, (done) => {
          told.textContent = `${done} are done.`;
        });
        if (told.isConnected) await again(); // else something else is shown by now
        announce(resealedInWords(done, closed));
      } finally {
        bar.hidden = true;
      }
    }),
  );
}

/** @param {number} done @param {number} closed @returns {string} */
function resealedInWords(done, closed) {
  if (!done && !closed) return "Nothing is left to seal anew. Notes keep the older key in use.";
  const number = (/** @type {number} */ many, /** @type {string} */ one, /** @type {string} */ more) => (many === 1 ? `1 conversation ${one}` : `${many} conversations ${more}`);
  const sealed = `${number(done, "was", "were")} sealed to the newest key.`;
  return closed ? `${sealed} ${number(closed, "is", "are")} sealed to a key that you do not have: a fellow handler who has it must do the rest.` : sealed;
}

/** @param {string} term @param {string} text @returns {HTMLElement} */
const pair = (term, text) => el("div", {}, el("dt", {}, term), el("dd", {}, el("code", {}, text)));
