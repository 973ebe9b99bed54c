/**
 * One message as the page shows it. What somebody wrote becomes text nodes and nothing else.
 *
 * @import { Opened, Said } from "./types.js"
 */
import { el } from "../respondent/dom.js";
import { goesOut, near } from "./days.js";
import { quoteOf, textOf } from "./opening.js";
import { picture } from "./picture.js";
import { channelOf, here } from "./session.js";
import { named } from "./words.js";
import { fromHex } from "../respondent/encoding.js";

export const SENDER = "Anonymous person";

/** @param {Said} said @param {Opened} conversation @returns {Promise<HTMLElement>} */
export async function messageItem(said, conversation) {
  const handlers = said.from === "handlers";
  const by = handlers ? textOf(said.body.name) || "A handler" : SENDER;
  const me = here();
  const when = said.out ? near(said.day, me.today) : goesOut(said.day, me);
  const lines = said.spoiled
    ? [el("p", { class: "notice warn" }, "This message cannot be opened. It is damaged, or was not sealed for this conversation.")]
    : [await about(said, conversation), ...words(said, conversation)];
  return el(
    "li",
    { class: `message ${said.from}${said.out ? "" : " held"}` },
    el("p", { class: "by" }, el("strong", {}, el("bdi", {}, by)), " ", el("span", { class: "soft" }, when)),
    ...lines,
    !said.spoiled && said.attachment.length > 0 && picture(said.attachment, by),
  );
}

/** @param {Said} said @param {Opened} conversation @returns {HTMLElement[]} */
function words({ from, body }, conversation) {
  const own = from === "sender" ? { lang: languageTag(conversation.language) } : {};
  const quoted = textOf(body.quote);
  return [
    quoted && el("blockquote", { dir: "auto" }, quoted),
    textOf(body.text) && el("p", { class: "written", dir: "auto", ...own }, textOf(body.text)),
  ].filter((one) => one !== "");
}

/** @param {Said} said @param {Opened} conversation @returns {Promise<HTMLElement | null>} What kind of message it is, where it is not a plain one. */
async function about(said, conversation) {
  const line = await kindInWords(said, conversation);
  return line ? el("p", { class: "kind" }, line) : null;
}

/** @param {Said} said @param {Opened} conversation @returns {Promise<string>} */
async function kindInWords(said, { item, said: all, point }) {
  const { body, from, mark } = said;
  if (from === "handlers") {
    if (body.kind === "acknowledgement") return "Acknowledgement";
    if (body.kind === "quote-question") return "Asked whether these words may be quoted:";
    if (body.kind === "transferred") return `Handed over to ${named(channelOf(textOf(body.channel)))}`;
    return "";
  }
  if (body.kind === "verdict") {
    const says = body.verdict === "resolved" ? "Says: this is resolved." : "Says: this is not resolved.";
    return mark === body.verdict ? says : `${says} The server told otherwise; believe what is written here.`;
  }
  if (body.kind === "reveal") return "Chose to say who they are. Only handlers of this channel can read it; do not pass it on unasked.";
  if (body.kind === "quote-answer") {
    if (body.yes !== true) return "Does not want to be quoted.";
    const quote = point && (await quoteOf(said, all, fromHex(item.conversation), point));
    return quote ? `May be quoted with these words: “${quote.text}” (signed, and the signature holds)` : "Seems to let words be quoted, but the signature does not hold. Take it as a no.";
  }
  return "";
}

/** @param {string} language @returns {string | null} A tag that the page may carry, or null. */
const languageTag = (language) => (/^[a-z]{2,3}$/.test(language) ? language : null);
