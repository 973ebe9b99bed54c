/** What things are called here.
 * @import { Channel, Item, Texts } from "./types.js" */
import { near } from "./days.js";

/** @type {Record<Item["state"], string>} */
export const STATES = { new: "New", acknowledged: "Acknowledged", working: "Being worked on", resolved: "Resolved" };

/** @param {Texts} texts @returns {string} In English, or as it was first written. */
export const inEnglish = (texts) => texts.en ?? Object.values(texts)[0] ?? "";

/** @param {Channel | undefined} channel @returns {string} */
export const named = (channel) => (channel ? inEnglish(channel.notice.name ?? {}) || channel.id.slice(0, 8) : "Another channel");

/** @param {Channel | undefined} channel @param {string | null} theme @returns {string} */
export const themeOf = (channel, theme) => {
  const found = channel?.themes.find((one) => one.id === theme);
  return found ? inEnglish(found.text) : "";
};

/** @param {Item} item @param {string} today @returns {string} What an entry of the list says below its subject. */
export function standing(item, today) {
  const late = { acknowledge: `Overdue: to be acknowledged by ${near(item.acknowledge_by ?? today, today)}`, answer: `Overdue: to be answered by ${near(item.answer_by ?? today, today)}` };
  const said = [
    item.unread && "New message",
    item.overdue ? late[item.overdue] : item.waiting_since && `Waiting since ${near(item.waiting_since, today)}`,
    item.verdict === "not-resolved" ? "Its sender says: not resolved" : item.verdict === "resolved" && "Its sender says: resolved",
    item.state !== "new" && STATES[item.state],
  ];
  return said.filter(Boolean).join(" · ");
}
