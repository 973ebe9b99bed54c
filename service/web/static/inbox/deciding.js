/**
 * What handlers say of a conversation to one another: its state, theme and who works on it; and handing it over.
 *
 * @import { Channel, Opened } from "./types.js"
 */
import { sealKey } from "../respondent/conversation.js";
import { el } from "../respondent/dom.js";
import { b64u, fromB64u, fromHex } from "../respondent/encoding.js";
import { fingerprint } from "../respondent/fingerprint.js";
import { post, publicChannels } from "./data.js";
import { Fault, act, checkbox, field, form, select, tick } from "./forms.js";
import { textOf } from "./opening.js";
import { sendMessage } from "./replying.js";
import { channelOf, here } from "./session.js";
import { STATES, inEnglish, named } from "./words.js";

/** @typedef {(told: string) => Promise<unknown>} Done */

/** @param {Opened} conversation @param {Done} done @returns {HTMLElement} */
export function decisions({ item }, done) {
  const channel = channelOf(item.channel);
  const path = `conversations/${item.conversation}`;
  const state = select(Object.entries(STATES), item.state);
  const themes = (channel?.themes ?? []).map(({ id, text }) => /** @type {[string, string]} */ ([id, inEnglish(text)]));
  const theme = select([["", "None"], ...themes], item.theme ?? "");
  const people = (channel?.handlers ?? []).map(({ user_id, name }) => /** @type {[string, string]} */ ([user_id, user_id === here().user.id ? `${name} (you)` : name]));
  const assigned = select([["", "Nobody"], ...people], item.assigned ?? "");
  const store = async () => {
    if (state.value !== item.state) await post(`${path}/state`, { state: state.value });
    if (theme.value !== (item.theme ?? "")) await post(`${path}/theme`, { theme: theme.value || null });
    if (assigned.value !== (item.assigned ?? "")) await post(`${path}/assigned`, { user_id: assigned.value || null });
    await done("State, theme and assignment are stored.");
  };
  return form(store, "Store", el("div", { class: "columns" }, field("State", state), field("Theme", theme), field("Who works on it", assigned)));
}

/** @param {Opened} conversation @param {Done} done @returns {HTMLElement} */
export function resolve({ item }, done) {
  return act("Mark as resolved", async () => {
    await post(`conversations/${item.conversation}/state`, { state: "resolved" });
    await done("Marked as resolved.");
  });
}

/** @typedef {Pick<Channel, "id" | "notice" | "epoch" | "public_key">} Target */

/** @param {Opened} conversation @param {Done} gone @returns {HTMLElement} */
export function transferPart(conversation, gone) {
  const { item } = conversation;
  const place = el("div", {}, el("p", {}, "Loading the channels…"));
  const part = el("details", {}, el("summary", {}, "Hand over to another channel"), place);
  part.addEventListener(
    "toggle",
    async () => {
      try {
        const { channels } = await publicChannels();
        const others = /** @type {Target[]} */ (channels).filter((one) => one.id !== item.channel && one.public_key);
        place.replaceChildren(others.length ? transferForm(conversation, others, gone) : el("p", {}, "There is no other channel that takes messages."));
      } catch {
        place.replaceChildren(el("p", {}, "The channels cannot be read at the moment. Open the conversation again to retry."));
      }
    },
    { once: true },
  );
  return part;
}

/** @param {Opened} conversation @param {Target[]} others @param {Done} gone @returns {HTMLElement} */
function transferForm(conversation, others, gone) {
  const { item, key, said } = conversation;
  const to = select(others.map((one) => [one.id, inEnglish(one.notice.name ?? {})]), others[0].id);
  const text = el("textarea", { rows: 3, dir: "auto" });
  text.value = "We hand your message over to another channel, whose handlers can help you better. You go on here with the same code.";
  const shown = el("code", {});
  const compared = checkbox();
  const target = () => /** @type {Target & {public_key: string}} */ (others.find((one) => one.id === to.value) ?? others[0]);
  const look = async () => {
    compared.checked = false;
    shown.textContent = await fingerprint(fromB64u(target().public_key));
  };
  to.addEventListener("change", look);
  void look();
  return form(
    async () => {
      if (!compared.checked) throw new Fault("Compare the fingerprint first, and tick that it is the same.", compared);
      const { id: channel, epoch, public_key } = target();
      // Done already where a try before got no further than this.
      const last = said.filter((one) => one.from === "handlers").at(-1)?.body;
      const told = last?.kind === "transferred" && textOf(last.channel) === channel;
      if (!told) await sendMessage(conversation, { kind: "transferred", text: text.value.trim(), channel }, "reply");
      const sealed_key = b64u(await sealKey(key, fromHex(item.conversation), fromB64u(public_key)));
      await post(`conversations/${item.conversation}/transfer`, { channel, epoch, sealed_key });
      await gone(`The conversation was handed over to ${named(/** @type {Channel} */ (target()))}.`);
    },
    "Hand over",
    field("To", to),
    el("p", {}, "Fingerprint of that channel's key: ", shown),
    el("p", { class: "hint" }, "Ask a handler of that channel for it by phone. Notes are deleted, theme and assignment are cleared, and you see the conversation only if you handle that channel too."),
    field("What the sender is told", text),
    tick(compared, "A handler of that channel read out the same fingerprint."),
  );
}
