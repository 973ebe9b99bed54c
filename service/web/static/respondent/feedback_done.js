/**
 * The last page of writing: the receipt code, to be kept by the sender and by nobody else.
 *
 * @import { Place } from "./feedback_writing.js"
 */
import { copyCode } from "./copying.js";
import { el, show } from "./dom.js";
import { draft, forgetDraft, keepDraft } from "./feedback_draft.js";
import { pageLink } from "./feedback_trouble.js";
import { dayInWords, letOut } from "./feedback_words.js";
import { t } from "./texts.js";

/** @param {Place} place */
export function showStored({ card, choose }) {
  const { receiptCode = "", sent = "", code } = draft();
  const forget = () => {
    if (code) keepDraft({ code });
    else forgetDraft();
    history.replaceState(null, "");
    if (code) return void choose();
    show(
      el("h1", {}, t("This tab has forgotten everything")),
      el("p", {}, t("You can close it. Your message is stored, and your receipt code is only where you wrote it down.")),
      el("p", {}, pageLink("/feedback/conversation", t("I have a receipt code and want to read the answer"))),
    );
  };
  show(
    el("h1", {}, t("Sent. Thank you.")),
    el("p", {}, t("Your sealed message is stored. Those who read the channel see it from {day} on. This is your receipt code:", { day: dayInWords(sent) })),
    el("p", { class: "receipt-code", id: "receipt-code", dir: "ltr" }, receiptCode),
    el("p", {}, t("It is the only way to the answer: with it you read it, write more, and delete the conversation, from any device. Keep it to yourself: whoever has it can read everything. Nobody can give it to you again, and nobody can write to you in any other way.")),
    el("p", {}, letOut(card.hour)),
    el(
      "div",
      { class: "actions no-print" },
      el("button", { type: "button", click: () => copyCode(receiptCode, "receipt-code") }, t("Copy")),
      el("button", { type: "button", class: "second", click: () => print() }, t("Print")),
      el("button", { type: "button", class: "second", click: forget }, t("I have the code, forget it here")),
    ),
    el("p", { class: "soft no-print" }, t("Until you press the last button, this tab still shows the code. No message is sent to you in any case.")),
    el("p", { class: "print-only", dir: "ltr" }, `${location.origin}/feedback/conversation`),
    el("p", { class: "no-print" }, pageLink("/feedback/conversation", t("Open the conversation"))),
  );
}
