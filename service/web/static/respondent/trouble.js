/** The pages for what can go wrong: what happened, and what to do. */
import { el, show } from "./dom.js";
import { moment, t } from "./texts.js";

/**
 * @typedef {"insecure" | "unknown" | "broken" | "early" | "closed" | "closed-with-answer" | "used" | "no-invitation" |
 *   "distrust" | "overtaken" | "copied" | "missing" | "unreachable"} Trouble
 * @typedef {object} Place
 * @property {string} wave Hex.
 * @property {import("./manifest.js").Manifest} [manifest] Where it is known.
 * @property {() => void} [again] What to do when the respondent wants to try again.
 */

/** @param {Trouble} kind @returns {string[]} The heading, then a paragraph each. */
function words(kind) {
  switch (kind) {
    case "insecure":
      return [
        t("This connection cannot keep your answers secret"),
        t("The page was opened without encryption, or by a browser that is too old. Nothing was sent."),
      ];
    case "unknown":
      return [
        t("There is no such survey here"),
        t("The address may have been cut off. Copy the whole link from your invitation and open it again. If it is whole, tell whoever sent it."),
      ];
    case "broken":
      return [
        t("Do not answer this survey"),
        t("What the server promises is not what your link names. Nothing was sent. Please tell whoever sent you the link, or your works council, and show them this page."),
      ];
    case "distrust":
      return [
        t("The server's reply does not hold"),
        t("It is not signed as the survey's contract promises, so it is not believed. Nothing is lost: what you have answered stays in this tab. Try again, and if it stays like this, tell whoever sent you the link, or your works council."),
      ];
    case "early":
      return [t("This survey has not opened yet"), t("Come back with the same link when it opens.")];
    case "closed":
      return [
        t("This survey is closed"),
        t("No more answers are taken. If you answered, you can check with your receipt code that your answer was counted."),
      ];
    case "closed-with-answer":
      return [
        t("This survey closed before your answers arrived"),
        t("They were not stored, and nothing of them has left this tab in readable form. We are sorry that they cannot be counted any more."),
      ];
    case "used":
      return [
        t("This link has been used already"),
        t("Each link draws one ticket, and it was drawn in another tab, another browser or on another device. It cannot be drawn a second time."),
        t("Did you open the link before? Go on in that tab: it still holds your ticket and your answers. If you have sent them, your receipt code lets you change them or take them back."),
        t("If only you had the link and you never opened it before, or that tab is gone, tell whoever sent it. The link may also be wrong: compare it with your invitation."),
      ];
    case "no-invitation":
      return [
        t("Please open the link from your invitation"),
        t("This address names the survey but holds no invitation, so no answer can be given here. It may have been cut off after the # sign, or this tab has already finished."),
      ];
    case "copied":
      return [
        t("An answer with this ticket was stored before"),
        t("It was sent from a copy of this tab. It counts, and these answers were not stored in its place. To change the stored answer, use the receipt code that the other tab showed."),
      ];
    case "overtaken":
      return [
        t("Your answer was changed elsewhere at the same moment"),
        t("What you chose here was not stored yet and is still in this tab. You can seal it once more, in the place of the other change."),
      ];
    case "missing":
      return [
        t("There is no answer behind this receipt code"),
        t("Compare the code with the one you wrote down, and check that it belongs to this survey."),
      ];
    case "unreachable":
      return [
        t("No connection"),
        t("The server cannot be reached at the moment. Nothing is lost: what you have answered stays in this tab. Keep the tab open and try again."),
      ];
  }
}

/** Show the page. @param {Trouble} kind @param {Place} place */
export function trouble(kind, { wave, manifest, again }) {
  const [heading, ...paragraphs] = words(kind);
  const open = manifest && kind === "early" && t("It opens {moment}.", { moment: moment(manifest.opens_at) });
  const closed = manifest && kind.startsWith("closed") && t("It closed {moment}.", { moment: moment(manifest.closes_at) });
  const links = [
    ["closed", "closed-with-answer"].includes(kind) && ["results", t("See the results and what was done about them")],
    ["closed", "used", "no-invitation", "copied", "missing"].includes(kind) && ["receipt", t("I have a receipt code")],
  ].filter((link) => link !== false);
  show(
    el("h1", {}, heading),
    ...paragraphs.map((text) => el("p", {}, text)),
    el("p", {}, open || closed || ""),
    again && el("div", { class: "actions" }, el("button", { type: "button", click: again }, t("Try again"))),
    links.length > 0 && el("ul", { class: "plain" }, ...links.map(([page, text]) => el("li", {}, pageLink(wave, page, text)))),
  );
  const instead = document.getElementById("instead");
  if (kind === "insecure") instead?.removeAttribute("class");
  else instead?.remove();
}

/** @param {string} wave Hex. @param {string} page `results` or `receipt`. @param {string} text @returns {HTMLElement} */
export const pageLink = (wave, page, text) =>
  el("a", { class: "way", href: `/w/${wave}/${page}?lang=${document.documentElement.lang}` }, text);
