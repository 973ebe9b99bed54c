/**
 * The list of conversations: filters with counts, and subjects opened here.
 *
 * @import { Item } from "./types.js"
 */
import { openSubject } from "../respondent/conversation.js";
import { el } from "../respondent/dom.js";
import { fromB64u, fromHex } from "../respondent/encoding.js";
import { get, inWords } from "./data.js";
import { act, field, select } from "./forms.js";
import { conversationKey, here } from "./session.js";
import { inEnglish, named, standing } from "./words.js";

/** @type {[string, string][]} */
const FILTERS = [["all", "All"], ["unread", "Unread"], ["waiting", "Waiting"], ["overdue", "Overdue"], ["mine", "Mine"], ["resolved", "Resolved"]];

/** @typedef {{channel: string, filter: string, label: string}} Choice */

/** What is chosen stays while the page is open. @type {Choice} */
const choice = { channel: "", filter: "all", label: "" };

/** @param {(id: string) => void} open Shows a conversation. @returns {{part: HTMLElement, load: (least?: number) => Promise<void>, mark: (id: string) => void}} */
export function conversationList(open) {
  const filters = el("div", { class: "filters", role: "group", "aria-label": "Show" });
  const entries = el("ul", { class: "entries" });
  const more = el("div", { class: "actions" });
  const told = el("p", { role: "status", class: "soft" });
  const narrowing = el("div", { class: "columns" });
  let current = "";
  let turn = 0;

  /** Show the list anew, as much of it as was shown. @param {number} least Conversations. @param {string} [after] A cursor: go on there. */
  const pages = async (least, after = "") => {
    const mine = (turn += 1);
    /** @type {HTMLElement[]} */
    const rows = [];
    let cursor = after;
    let found;
    do {
      found = await get("conversations", { ...choice, after: cursor });
      rows.push(...(await Promise.all(/** @type {Item[]} */ (found.items).map((item) => entry(item, open)))));
      cursor = found.next ?? "";
    } while (cursor && rows.length < least);
    if (mine !== turn) return; // something else was chosen since
    if (after) entries.append(...rows);
    else entries.replaceChildren(...rows);
    more.replaceChildren(cursor ? act("Show more", () => pages(1, cursor)) : "");
    told.textContent = entries.children.length ? "" : "There is nothing here.";
    drawFilters(found.counts);
    mark(current);
    if (after) rows[0]?.querySelector("button")?.focus();
  };
  const load = async (least = entries.children.length) => {
    try {
      await pages(least);
    } catch (error) {
      told.textContent = inWords(error);
    }
  };
  /** @param {Record<string, number>} counts */
  const drawFilters = (counts) => {
    const had = filters.contains(document.activeElement);
    const buttons = FILTERS.map(([id, name]) =>
      el("button", { type: "button", class: "second small", "aria-pressed": String(choice.filter === id), click: () => choose({ filter: id }) }, `${name} `, el("span", { class: "count" }, String(counts[id] ?? 0))),
    );
    filters.replaceChildren(...buttons);
    if (had) buttons.find((one) => one.getAttribute("aria-pressed") === "true")?.focus();
  };
  /** @param {Partial<Choice>} part */
  const choose = (part) => {
    Object.assign(choice, part);
    void load(1);
  };
  /** @param {string} id */
  const mark = (id) => {
    current = id;
    for (const one of entries.querySelectorAll("button.entry")) {
      if (one.getAttribute("data-conversation") === id) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
  };
  const drawNarrowing = () => {
    const { channels } = here();
    const channel = select([["", "All channels"], ...channels.map((one) => /** @type {[string, string]} */ ([one.id, named(one)]))], choice.channel);
    const themes = channels.filter((one) => !choice.channel || one.id === choice.channel).flatMap((one) => one.themes);
    const known = new Map(themes.map(({ id, text }) => [id, inEnglish(text)]));
    const label = select([["", "All themes"], ...known], choice.label);
    channel.addEventListener("change", () => {
      choose({ channel: channel.value, label: "" });
      drawNarrowing();
      narrowing.querySelector("select")?.focus();
    });
    label.addEventListener("change", () => choose({ label: label.value }));
    narrowing.replaceChildren(channels.length > 1 ? field("Channel", channel) : "", known.size ? field("Theme", label) : "");
  };
  drawNarrowing();
  return { part: el("div", {}, filters, narrowing, told, entries, more), load, mark };
}

/** @param {Item} item @param {(id: string) => void} open @returns {Promise<HTMLElement>} */
async function entry(item, open) {
  const subject = await subjectOf(item);
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: `entry link${item.unread ? " unread" : ""}`, "data-conversation": item.conversation, click: () => open(item.conversation) },
      el("span", { class: "subject", dir: "auto" }, subject),
      el("span", { class: `about${item.overdue ? " overdue" : ""}` }, standing(item, here().today)),
    ),
  );
}

/** @param {Item} item @returns {Promise<string>} */
async function subjectOf(item) {
  try {
    const key = await conversationKey(item);
    return (await openSubject(key, fromHex(item.conversation), fromB64u(item.subject))) || "(no subject)";
  } catch {
    return "(your keys do not open this)";
  }
}
