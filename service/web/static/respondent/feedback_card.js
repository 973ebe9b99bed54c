/**
 * What anybody may read before writing: the channels, and what came of feedback. It is the same for everybody.
 *
 * @import { Texts } from "./types.js"
 */
import { getJson } from "./api.js";
import { el, said } from "./dom.js";
import { fromB64u, hex } from "./encoding.js";
import { Refused } from "./errors.js";
import { listed, monthInWords } from "./feedback_words.js";
import { fingerprint } from "./fingerprint.js";
import { inWords, t } from "./texts.js";

/**
 * @typedef {object} Channel
 * @property {string} id
 * @property {Record<"name" | "purpose" | "readers" | "emergency" | "outside_help", Texts>} notice
 * @property {string[]} handlers
 * @property {number} kept_days
 * @property {number} acknowledge_days
 * @property {number} answer_days
 * @property {number} epoch
 * @property {string} public_key
 *
 * @typedef {object} Card
 * @property {number} hour UTC, at which messages are let out; 24 for at once.
 * @property {number} tokens Conversations that one link opens in a month.
 * @property {{period: string, month: string, issuer_public_key: string}[]} periods This month first.
 * @property {Channel[]} channels
 * @property {{channel: string, month: string, theme: Texts | null, said: Texts, did: Texts, quote: string | null, state: string}[]} said
 */

export const ADDRESS = "/api/v1/feedback";

/** @returns {Promise<Card>} @throws {import("./api.js").ApiError} @throws {Refused} if it is not laid out as one. */
export async function readCard() {
  const card = await getJson(ADDRESS);
  const whole =
    Number.isSafeInteger(card?.hour) && [card.periods, card.channels, card.said].every(Array.isArray) && card.channels.every(isChannel);
  if (!whole) throw new Refused("the channels are not laid out as such");
  return card;
}

/** @param {any} one @returns {boolean} */
function isChannel(one) {
  const texts = ["name", "purpose", "readers", "emergency", "outside_help"].every((name) => one?.notice?.[name] !== null && typeof one?.notice?.[name] === "object");
  const numbers = [one?.kept_days, one?.acknowledge_days, one?.answer_days, one?.epoch].every((number) => Number.isSafeInteger(number) && number > 0);
  return texts && numbers && /^[0-9a-f]{32}$/.test(one.id) && Array.isArray(one.handlers) && hex(fromB64u(one.public_key)).startsWith("04");
}

/** @param {Texts} texts @returns {HTMLElement | string} What is written there, or nothing. */
const written = (texts) => (Object.keys(texts).length ? said(texts) : "");

/**
 * A channel with all that one should know before writing to it.
 * @param {Channel} channel @param {HTMLElement | null} button
 * @returns {Promise<HTMLElement>}
 */
export async function channelCard(channel, button) {
  const { notice, handlers, kept_days, acknowledge_days, answer_days } = channel;
  const code = el("code", { dir: "ltr" }, await fingerprint(fromB64u(channel.public_key)));
  /** @type {[string, ...(string | HTMLElement)[]][]} */
  const facts = [
    [t("Who reads it"), written(notice.readers), el("div", {}, el("bdi", {}, listed(handlers)))],
    [t("When somebody answers"), t("A first answer within {first} days, a full one within {full} days.", { first: acknowledge_days, full: answer_days })],
    [t("How long it is kept"), t("{days} days after the last message; then it is deleted. You can delete it earlier.", { days: kept_days })],
    [t("Help outside"), written(notice.outside_help)],
    [t("Fingerprint of the key that it is sealed to"), code],
  ];
  return el(
    "section",
    { class: "card channel", "aria-labelledby": `channel-${channel.id}` },
    el("h2", { id: `channel-${channel.id}` }, said(notice.name)),
    el("p", {}, written(notice.purpose)),
    inWords(notice.emergency) && el("p", { class: "notice warn" }, el("strong", {}, t("In an emergency:")), " ", said(notice.emergency)),
    el("dl", { class: "facts" }, ...facts.filter(([, value]) => value).map(([name, ...value]) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value)))),
    button && el("div", { class: "actions" }, button),
  );
}

/** @param {Card} card @returns {HTMLElement[]} What people said and what was done about it, the latest first. */
export function whatCame({ said: entries, channels }) {
  const states = { planned: t("Planned"), doing: t("Under way"), done: t("Done") };
  const items = entries.map((one) => {
    const channel = channels.find(({ id }) => id === one.channel);
    const state = states[/** @type {keyof typeof states} */ (one.state)];
    const about = [monthInWords(one.month), channel && inWords(channel.notice.name), one.theme && inWords(one.theme), state];
    return el(
      "li",
      { class: "card" },
      el("p", { class: "soft" }, about.filter(Boolean).join(" · ")),
      el("h3", {}, t("You said")),
      el("p", { class: "written" }, said(one.said)),
      one.quote && el("blockquote", { dir: "auto" }, one.quote),
      el("h3", {}, t("What we did")),
      el("p", { class: "written" }, said(one.did)),
    );
  });
  const none = el("p", {}, t("Nothing has been published yet. Come back later."));
  return [el("h2", { id: "came" }, t("What came of feedback")), items.length ? el("ul", { class: "plain" }, ...items) : none];
}
