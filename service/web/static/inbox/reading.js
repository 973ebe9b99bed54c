/**
 * One conversation: its messages and what a handler does with it.
 *
 * @import { Conversation, Item, Opened } from "./types.js"
 */
import { announce, el } from "../respondent/dom.js";
import { get, inWords as failure } from "./data.js";
import { inWords } from "./days.js";
import { decisions, resolve, transferPart } from "./deciding.js";
import { messageItem } from "./message.js";
import { notesPart } from "./noting.js";
import { opened, textOf } from "./opening.js";
import { quotePart, saidPart } from "./publishing.js";
import { banner, replyBox } from "./replying.js";
import { channelOf, refresh } from "./session.js";
import { STATES, named, themeOf } from "./words.js";

/** @typedef {{back: () => void, changed: (item: Item | null) => Promise<unknown>}} Around `changed` with null where it is gone. */

/** @type {string} The conversation that was asked for last: what comes later of another is not shown. */
let wanted = "";

/** Show nothing. @param {HTMLElement} place */
export function showNone(place) {
  wanted = "";
  place.replaceChildren(el("p", { class: "soft" }, "Choose a conversation."));
}

/**
 * @param {HTMLElement} place Where it is shown. @param {string} id Of the conversation, hex. @param {Around} around
 * @param {string} [told] What was done before.
 */
export async function read(place, id, around, told = "") {
  wanted = id;
  place.setAttribute("aria-busy", "true");
  try {
    /** @type {[Conversation, unknown]} */
    const [item] = await Promise.all([get(`conversations/${id}`), refresh()]); // the day may have changed, and keys
    const conversation = await opened(item);
    const parts = await whole(place, conversation, around);
    if (wanted !== id) return;
    place.replaceChildren(...parts);
    void around.changed(item);
  } catch (error) {
    if (wanted !== id) return;
    place.replaceChildren(heading("This conversation cannot be opened"), el("p", { class: "notice warn" }, failure(error)));
  } finally {
    place.removeAttribute("aria-busy");
  }
  place.querySelector("h2")?.focus();
  announce(told);
}

/** @param {HTMLElement} place @param {Opened} conversation @param {Around} around @returns {Promise<Node[]>} */
async function whole(place, conversation, around) {
  const { item, subject, said } = conversation;
  const again = (/** @type {string} */ told) => read(place, item.conversation, around, told);
  const gone = async (/** @type {string} */ told) => {
    await around.changed(null);
    announce(told);
  };
  const messages = await Promise.all(said.map((one) => messageItem(one, conversation)));
  return [
    el("p", { class: "narrow no-print" }, el("button", { type: "button", class: "link", click: around.back }, "Back to the list")),
    heading(subject || "(no subject)"),
    facts(item),
    banner(),
    ...strange(conversation),
    el("ol", { class: "messages", "aria-label": "Messages" }, ...messages),
    replyBox(conversation, again, item.state !== "resolved" && resolve(conversation, again)),
    el("h3", {}, "Among handlers"),
    decisions(conversation, again),
    notesPart(conversation, again),
    quotePart(conversation, again),
    saidPart(conversation, again),
    transferPart(conversation, gone),
  ];
}

/** @param {string} text @returns {HTMLElement} */
const heading = (text) => el("h2", { tabindex: "-1", dir: "auto" }, text);

/** @param {Item} item @returns {HTMLElement} */
function facts(item) {
  const channel = channelOf(item.channel);
  const verdicts = { resolved: "resolved", "not-resolved": "not resolved" };
  /** @type {[string, string | null | undefined | false][]} */
  const rows = [
    ["Channel", named(channel)],
    ["State", STATES[item.state]],
    ["Its sender says", item.verdict && verdicts[item.verdict]],
    ["Theme", themeOf(channel, item.theme)],
    ["Who works on it", channel?.handlers.find((one) => one.user_id === item.assigned)?.name],
    ["Acknowledge by", item.state === "new" && item.acknowledge_by && inWords(item.acknowledge_by)],
    ["Answer by", item.answer_by && inWords(item.answer_by)],
    ["Deleted on", inWords(item.delete_on)],
  ];
  const shown = rows.filter(([, text]) => text);
  return el("dl", { class: "facts" }, ...shown.map(([term, text]) => el("div", {}, el("dt", {}, term), el("dd", {}, text))));
}

/** @param {Opened} conversation @returns {HTMLElement[]} What does not fit together. */
function strange({ item, said, point }) {
  const told = [];
  const opening = said.find((one) => one.body.kind === "opening");
  const last = said.filter((one) => one.from === "handlers" && one.body.kind === "transferred").at(-1);
  const meant = textOf((last ?? opening)?.body.channel);
  if (!point) told.push("Its first message cannot be opened, so no signature of its sender can be checked.");
  if (meant && meant !== item.channel) told.push("It was written to another channel. The server should not have brought it here: tell whoever runs it.");
  return told.map((text) => el("p", { class: "notice bad" }, text));
}
