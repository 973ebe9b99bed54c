/**
 * What a sender does to a conversation beside writing: each is asked, and what cannot be undone is asked twice.
 *
 * @import { Bytes } from "./types.js"
 * @import { Mark } from "./conversation.js"
 * @import { Place } from "./feedback_opened.js"
 * @import { Said } from "./feedback_reading.js"
 * @import { Picture } from "./feedback_sending.js"
 */
import { el, show } from "./dom.js";
import { messageField } from "./feedback_fields.js";
import { add, consent, remove, sealed, textOf } from "./feedback_reading.js";
import { pageLink, trouble } from "./feedback_trouble.js";
import { dayInWords } from "./feedback_words.js";
import { t } from "./texts.js";

/**
 * Seal and send a message, and show the conversation again.
 * @param {Place} place @param {Record<string, unknown>} body Without its number.
 * @param {{picture?: Picture | null, mark?: Mark | null, stored?: () => void}} [more] `stored` is called once it is.
 */
export async function deliverMessage(place, body, { picture = null, mark = null, stored } = {}) {
  /** @type {Bytes | undefined} Sent again as it is after a lost reply. */
  let addition;
  const send = async () => {
    show(el("h1", {}, t("Sealing and sending")));
    try {
      addition ??= await sealed(place.conversation, body, picture, mark);
      const day = await add(addition);
      stored?.();
      await place.again(t("Sent. It goes out on {day}.", { day: dayInWords(day) }));
    } catch (error) {
      trouble(error, () => void send(), () => void place.again());
    }
  };
  await send();
}

/** @param {Place} place @returns {HTMLElement} */
const back = (place) => el("button", { type: "button", class: "second", click: () => void place.again() }, t("Back"));

/** @param {Place} place @param {Mark} verdict */
export function askVerdict(place, verdict) {
  const why = messageField(t("What you want to say about it"), "", () => {}, { optional: true });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!why.fault()) void deliverMessage(place, { kind: "verdict", verdict, text: why.text() }, { mark: verdict });
  };
  show(
    el("h1", {}, verdict === "resolved" ? t("Say that it is resolved?") : t("Say that it is not resolved?")),
    el("p", {}, t("The server can read this one word, and counts it for the channel. What you write beside it is sealed. You can still write more afterwards.")),
    el("form", { submit, novalidate: true, autocomplete: "off" }, why.field, el("div", { class: "actions" }, el("button", {}, t("Seal and send")), back(place))),
  );
}

/** @param {Place} place @param {Said} question @param {boolean} yes */
export function askQuote(place, { id, body }, yes) {
  const quote = textOf(body.quote);
  const go = async () => {
    const signature = yes ? await consent(place.conversation, quote) : null;
    await deliverMessage(place, { kind: "quote-answer", question: id, yes, signature });
  };
  show(
    el("h1", {}, yes ? t("Let these words be quoted?") : t("Do not let these words be quoted?")),
    el("blockquote", { dir: "auto" }, quote),
    el("p", {}, yes ? t("Everybody may then read them, with what was done about it. Think about whether others recognise you by them. It cannot be taken back once they are published.") : t("They will not be published. Nothing else changes.")),
    el("div", { class: "actions" }, el("button", { type: "button", click: () => void go() }, yes ? t("Yes, these words may be quoted") : t("No, do not quote them")), back(place)),
  );
}

/** @param {Place} place */
export function askReveal(place) {
  const who = messageField(t("Who you are"), "", () => {}, { named: true });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!who.fault()) askRevealAgain(place, who.text());
  };
  show(
    el("h1", {}, t("Say who you are?")),
    el("p", { class: "notice warn" }, t("This cannot be taken back. Those who read the channel then know who wrote everything in this conversation. You need not do it to get an answer.")),
    el("form", { submit, novalidate: true, autocomplete: "off" }, who.field, el("div", { class: "actions" }, el("button", {}, t("Continue")), back(place))),
  );
}

/** @param {Place} place @param {string} text */
function askRevealAgain(place, text) {
  show(
    el("h1", {}, t("Are you sure?")),
    el("p", {}, t("This is the last question before those who read the channel learn this:")),
    el("blockquote", { dir: "auto", class: "written" }, text),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "danger", click: () => void deliverMessage(place, { kind: "reveal", text }) }, t("Yes, tell them who I am")),
      el("button", { type: "button", class: "second", click: () => void place.again() }, t("No, stay unknown")),
    ),
  );
}

/** @param {Place} place */
export function askDeletion(place) {
  const go = async () => {
    show(el("h1", {}, t("Deleting the conversation")));
    try {
      await remove(place.conversation);
    } catch (error) {
      return trouble(error, () => void go(), () => void place.again());
    }
    show(
      el("h1", {}, t("The conversation is deleted")),
      el("p", {}, t("It is gone from the server, and the receipt code opens nothing any more. Those who have read it may remember it, and backups may hold it, sealed, for some time.")),
      el("p", {}, pageLink("/feedback", t("The channels, and what came of feedback"))),
    );
  };
  show(
    el("h1", {}, t("Delete the conversation?")),
    el("p", {}, t("Every message of both sides is deleted at once and for good, whether somebody has read it or not. Nobody will answer any more.")),
    el("div", { class: "actions" }, el("button", { type: "button", class: "danger", click: () => void go() }, t("Yes, delete it")), back(place)),
  );
}
