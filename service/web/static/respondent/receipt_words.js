/**
 * What was found behind a receipt code, in words.
 *
 * @import { Manifest } from "./manifest.js"
 * @import { Checked, Counted } from "./receipt_actions.js"
 */
import { el } from "./dom.js";
import { moment, t } from "./texts.js";

/**
 * @param {Manifest} manifest @param {Checked} checked
 * @param {string} [kept] The leaf of the receipt that this tab still holds, hex.
 * @returns {[HTMLElement, ...HTMLElement[]]} The heading and the rest.
 */
export function checkedParts(manifest, { sequence, leaf, counted }, kept) {
  const version = el("p", {}, t("It is version {sequence} of your answer: each change and a withdrawal make a new one.", { sequence }));
  const same = kept === leaf ? [el("p", {}, t("It is the very answer whose signed receipt this tab holds."))] : [];
  if (counted === null) {
    return [
      el("h1", {}, t("Your sealed answer is stored")),
      el("p", {}, t("The server gave it back, sealed, and signed once more that it holds it. The signature and the seal were checked on this device.")),
      version,
      ...same,
      el("p", {}, t("That it was counted can be checked after the close, {moment}. Come back with the code then.", { moment: moment(manifest.closes_at) })),
    ];
  }
  return [
    el("h1", {}, t("Your answer was counted")),
    el("p", {}, t("It is number {place} of {responses} sealed answers on the board. The proof was checked on this device.", { place: counted.index + 1, responses: counted.responses })),
    version,
    ...same,
    boardNumbers(counted),
    el("p", {}, t("If you took your answer back, the empty one is what stands on the board.")),
    el("h2", {}, t("Root of the board")),
    el("p", { dir: "ltr" }, el("code", {}, counted.root)),
    el("p", { class: "soft" }, t("It is the same for everybody. Compare it with others: if they see the same root, nobody was shown another board than you.")),
  ];
}

/** @param {Counted} counted @returns {HTMLElement} */
function boardNumbers({ invited, issued, responses }) {
  /** @type {[string, number][]} */
  const rows = [
    [t("People invited"), invited],
    [t("Links used"), issued],
    [t("Sealed answers"), responses],
  ];
  return el("dl", { class: "cards" }, ...rows.map(([name, number]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(number)))));
}
