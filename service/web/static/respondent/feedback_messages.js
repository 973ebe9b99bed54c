/**
 * The messages of a conversation as its sender sees them. What somebody wrote becomes text nodes and nothing else.
 *
 * @import { Card } from "./feedback_card.js"
 * @import { Conversation, Said } from "./feedback_reading.js"
 */
import { el } from "./dom.js";
import { painted } from "./feedback_picture.js";
import { answerTo, textOf } from "./feedback_reading.js";
import { dayInWords } from "./feedback_words.js";
import { inWords, t } from "./texts.js";

/**
 * @param {Conversation} conversation @param {Card} card
 * @param {(question: Said, yes: boolean) => void} answer Called where words may be quoted, or may not.
 * @returns {HTMLElement}
 */
export const messageList = (conversation, card, answer) =>
  el("ol", { class: "messages", id: "messages" }, ...conversation.said.map((one) => messageItem(one, conversation, card, answer)));

/** @param {Said} said @param {Conversation} conversation @param {Card} card @param {(question: Said, yes: boolean) => void} answer
 * @returns {HTMLElement} */
function messageItem(said, conversation, card, answer) {
  const { from, body, attachment, day, out, spoiled } = said;
  const by = from === "sender" ? t("You") : textOf(body.name) || t("Somebody who reads the channel");
  const when = out ? dayInWords(day) : t("goes out on {day}", { day: dayInWords(day) });
  const asks = from === "handlers" && body.kind === "quote-question";
  const kind = spoiled ? t("This message cannot be opened. It is damaged, or was not sealed for this conversation.") : kindOf(said, card);
  const own = from === "handlers" && textOf(body.quote);
  return el(
    "li",
    { class: `message ${from}${out ? "" : " held"}` },
    el("p", { class: "by" }, el("strong", {}, el("bdi", {}, by)), " · ", el("span", { class: "soft" }, when)),
    kind && el("p", { class: "soft" }, kind),
    own && el("blockquote", { dir: "auto" }, own),
    textOf(body.text) && el("p", { class: "written", dir: "auto" }, textOf(body.text)),
    attachment.length > 0 && painted(attachment, t("A picture")),
    asks && own && question(said, conversation, answer),
  );
}

/** @param {Said} said @param {Card} card @returns {string} What kind of message it is, where it is not a plain one. */
function kindOf({ from, body }, { channels }) {
  if (from === "handlers") {
    if (body.kind === "acknowledgement") return t("Your message has arrived; an answer follows.");
    if (body.kind === "quote-question") return t("They ask whether these words may be quoted to everybody:");
    if (body.kind !== "transferred") return "";
    const channel = channels.find(({ id }) => id === body.channel);
    return t("The conversation was handed over to another channel: {channel}", { channel: channel ? inWords(channel.notice.name) : "?" });
  }
  if (body.kind === "verdict") return body.verdict === "resolved" ? t("You said: this is resolved.") : t("You said: this is not resolved.");
  if (body.kind === "reveal") return t("You said who you are:");
  if (body.kind === "quote-answer") return body.yes === true ? t("You said yes: the words may be quoted.") : t("You said no: the words may not be quoted.");
  return "";
}

/** @param {Said} asked @param {Conversation} conversation @param {(question: Said, yes: boolean) => void} answer @returns {HTMLElement} */
function question(asked, conversation, answer) {
  if (answerTo(conversation, asked.id)) return el("p", { class: "soft" }, t("You have answered this."));
  const button = (/** @type {boolean} */ yes, /** @type {string} */ text) => el("button", { type: "button", class: "second", click: () => answer(asked, yes) }, text);
  return el(
    "div",
    { class: "actions" },
    button(true, t("Yes, these words may be quoted")),
    button(false, t("No, do not quote them")),
  );
}
