/**
 * The last page: the receipt code, to be kept by the respondent and by nobody else.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { offer } from "./answerable.js";
import { copyCode } from "./copying.js";
import { el, said, show } from "./dom.js";
import { nextPerson } from "./next_person.js";
import { draftOf, forget } from "./tab.js";
import { moment, t } from "./texts.js";
import { pageLink } from "./trouble.js";

/** @param {Manifest} manifest @param {string} wave Hex. */
export function showReceipt(manifest, wave) {
  const { receiptCode = "", receipt, typed } = draftOf(wave);
  const address = `${location.origin}/w/${wave}/receipt`;
  // The lines of a receipt file of the command line, but for the version, which the server tells.
  const signed = [`wave ${wave}`, `leaf ${receipt?.leaf}`, `signature ${receipt?.signature}`].join("\n");
  const answered = el("div");
  document.getElementById("shared-device")?.remove();
  // At a shared device nothing is offered that would leave something on it, such as a copied code.
  if (!typed) offer(wave, manifest.questions.some(({ type }) => type === "text")).then((section) => section && answered.append(section));
  show(
    el("h1", {}, t("Sent. Thank you.")),
    el("p", {}, t("Your sealed answers are stored. This is your receipt code:")),
    el("p", { class: "receipt-code", id: "receipt-code", dir: "ltr" }, receiptCode),
    el("p", {}, t("With it you can check after the close that your answers were counted, and until then change them or take them back, from any device. It does not show what you answered. Nobody can give it to you again.")),
    el("div", { class: "actions no-print" }, ...(typed ? [el("button", { type: "button", click: () => nextPerson(wave) }, t("I wrote it down: next person"))] : ownDevice(wave, receiptCode))),
    el("p", { class: "soft no-print" }, t("Until you press the last button, this tab still shows the code. No message is sent to you in any case.")),
    answered,
    el("p", { class: "print-only" }, said(manifest.survey.title), " · ", t("Open until {moment}.", { moment: moment(manifest.closes_at) })),
    el("p", { class: "print-only", dir: "ltr" }, address),
    !typed && el("p", { class: "no-print" }, pageLink(wave, "receipt", t("Check, change or take back your answer"))),
    receipt && el("details", {}, el("summary", {}, t("The signed receipt")), el("p", {}, t("The server signed that it stored your sealed answers. Kept with the code, this proves it if they should be missing.")), el("pre", { dir: "ltr", tabindex: 0 }, signed)),
  );
}

/** @param {string} wave @param {string} receiptCode @returns {HTMLElement[]} The buttons below a receipt code. */
const ownDevice = (wave, receiptCode) => [
  el("button", { type: "button", click: () => copyCode(receiptCode, "receipt-code") }, t("Copy")),
  el("button", { type: "button", class: "second", click: () => print() }, t("Print")),
  el("button", { type: "button", class: "second", click: () => clear(wave) }, t("I wrote it down, send me nothing")),
];

/** @param {string} wave */
function clear(wave) {
  forget(wave);
  show(
    el("h1", {}, t("This tab has forgotten everything")),
    el("p", {}, t("You can close it. Your answers are stored, and your receipt code is only where you wrote it down.")),
    el("p", {}, pageLink(wave, "receipt", t("I have a receipt code"))),
  );
}
