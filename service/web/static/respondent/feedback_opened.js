/**
 * A conversation behind its receipt code: read, answer, say how it stands, say who one is, delete.
 *
 * @import { Card } from "./feedback_card.js"
 * @import { Conversation } from "./feedback_reading.js"
 */
import { el, show } from "./dom.js";
import { hex } from "./encoding.js";
import { askDeletion, askQuote, askReveal, askVerdict, deliverMessage } from "./feedback_asking.js";
import { readCard } from "./feedback_card.js";
import { messageField } from "./feedback_fields.js";
import { messageList } from "./feedback_messages.js";
import { pictureField } from "./feedback_picture.js";
import { read } from "./feedback_reading.js";
import { fits } from "./feedback_sending.js";
import { kindOf, trouble } from "./feedback_trouble.js";
import { dayInWords, letOut } from "./feedback_words.js";
import { draftOf, forget, keep } from "./tab.js";
import { inWords, t } from "./texts.js";

export { normaliseReceiptCode } from "./sealing.js";

/**
 * @typedef {object} Place
 * @property {Card} card
 * @property {Conversation} conversation
 * @property {(told?: string) => Promise<void>} again Reads the conversation anew and shows it, saying what was done.
 */

/**
 * @param {string} code As `normaliseReceiptCode` writes it. @param {() => void} ask Asks for a code again.
 * @param {string} [told] What was done, where something was.
 */
export async function open(code, ask, told) {
  show(el("h1", {}, t("Opening the conversation on this device")));
  try {
    const [card, conversation] = await Promise.all([readCard(), read(code)]);
    reading({ card, conversation, again: (done) => open(code, ask, done) }, told);
  } catch (error) {
    trouble(error, kindOf(error) === "unknown" ? undefined : () => void open(code, ask, told), ask);
  }
}

/** @param {Place} place @param {string} [told] */
function reading(place, told) {
  const { card, conversation } = place;
  const channel = card.channels.find(({ id }) => id === conversation.channel);
  const where = [channel && inWords(channel.notice.name), stateOf(conversation)].filter(Boolean).join(" · ");
  const heading = el("h1", {}, el("bdi", {}, conversation.subject || t("Your conversation")));
  const rest = [
    told && el("p", { class: "notice", role: "status" }, told),
    el("p", { class: "soft" }, where),
    messageList(conversation, card, (question, yes) => askQuote(place, question, yes)),
    el("p", {}, letOut(card.hour)),
    replyForm(place),
    el("h2", {}, t("How does it stand?")),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "second", click: () => askVerdict(place, "resolved") }, t("It is resolved")),
      el("button", { type: "button", class: "second", click: () => askVerdict(place, "not-resolved") }, t("It is not resolved")),
    ),
    el("h2", {}, t("What cannot be undone")),
    el("p", {}, t("The conversation is deleted on {day} if nobody writes until then.", { day: dayInWords(conversation.deleteOn) })),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "second", click: () => askReveal(place) }, t("Say who I am")),
      el("button", { type: "button", class: "danger", click: () => askDeletion(place) }, t("Delete the conversation")),
    ),
  ];
  show(heading, ...rest);
}

/** @param {Conversation} conversation @returns {string} */
function stateOf({ state }) {
  const states = { new: t("Not answered yet"), acknowledged: t("Acknowledged"), working: t("Being worked on"), resolved: t("Resolved, say those who read it") };
  return states[/** @type {keyof typeof states} */ (state)] ?? "";
}

/** @param {Place} place @returns {HTMLElement} */
function replyForm(place) {
  const name = `feedback/${hex(place.conversation.name)}`; // under which the tab keeps what is being written
  const kept = /** @type {{text?: string}} */ (draftOf(name));
  const message = messageField(t("Write more"), kept.text ?? "", (text) => (text ? keep(name, /** @type {import("./tab.js").Draft} */ ({ text })) : forget(name)));
  const attached = pictureField();
  const wrong = el("p", { class: "wrong", role: "alert" });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const picture = await attached.chosen();
    if (message.fault()) return;
    const fit = fits(message.text(), picture);
    wrong.textContent = fit ? "" : t("The text and the picture are too large together. Shorten the text or leave the picture out.");
    if (fit) await deliverMessage(place, { kind: "message", text: message.text() }, { picture, stored: () => forget(name) });
  };
  return el(
    "form",
    { submit, novalidate: true, autocomplete: "off" },
    message.field,
    attached.field,
    wrong,
    el("div", { class: "actions" }, el("button", {}, t("Seal and send")), el("button", { type: "button", class: "second", click: () => void place.again() }, t("Look for new answers"))),
  );
}
