/**
 * Figures in words and in tables. A figure's value is unbiased, so it is cut to its interval where it is shown.
 *
 * @typedef {import("./texts.js").Texts} Texts
 * @typedef {{id: string, text: Texts}} Named
 * @typedef {object} Figure
 * @property {string[]} table Attribute ids, empty for the whole.
 * @property {Record<string, string>} group Level ids by attribute id.
 * @property {"count" | "mean" | "favourable" | "share" | "nps"} figure
 * @property {string | null} question @property {string | null} theme @property {string | null} option
 * @property {number | null} value @property {number | null} low @property {number | null} high
 * @property {number | null} margin
 * @property {"almost all" | "almost none" | null} words
 */
import { el } from "./dom.js";
import { language, t } from "./texts.js";

const locale = language === "ar" ? "ar-u-nu-latn" : language;

/** @param {number} value @param {number} digits Most digits after the point. @returns {string} */
export const number = (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

/** @param {string} day `2026-03-31`. @returns {string} */
export const dayInWords = (day) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));

/** @param {Figure} figure @returns {boolean} */
const inPercent = ({ figure }) => figure === "share" || figure === "favourable";

/** @param {Figure} figure @returns {number} */
const digitsOf = ({ figure }) => (figure === "mean" ? 2 : 0);

/** @param {Figure} figure @returns {number} The value as it is shown. */
const shownValue = ({ value, low, high }) => Math.min(high ?? Infinity, Math.max(low ?? -Infinity, value ?? 0));

/** @param {Figure} figure @returns {string} Its value, with its unit. */
export function valueOf(figure) {
  if (figure.words) return figure.words === "almost all" ? t("almost everybody") : t("almost nobody");
  const value = number(shownValue(figure), digitsOf(figure));
  return inPercent(figure) ? t("{n} %", { n: value }) : value;
}

/** @param {Figure} figure @returns {string} Its margin, rounded up; nothing beside words. */
export function marginOf(figure) {
  if (figure.margin === null) return "";
  const scale = 10 ** digitsOf(figure);
  return `± ${number(Math.ceil(figure.margin * scale) / scale, digitsOf(figure))}`;
}

/** @param {Figure["figure"]} figure @returns {string} */
export function kindOf(figure) {
  const kinds = {
    count: t("Answers"),
    mean: t("Average"),
    favourable: t("Favourable answers"),
    share: t("Share"),
    nps: t("Recommendation, −100 to 100"),
  };
  return kinds[figure];
}

/**
 * @param {string} caption
 * @param {[string | Node, Figure][]} rows What each row is about, and its figure.
 * @param {boolean} [bars] Draw each value as a bar; for shares.
 * @returns {HTMLElement}
 */
export function table(caption, rows, bars = false) {
  const head = el("tr", {}, el("th", { scope: "col" }, t("What")), el("th", { scope: "col", class: "number" }, t("Value")), el("th", { scope: "col", class: "number" }, t("Margin")));
  const body = rows.map(([what, figure]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row", class: "what" }, what, bars && barOf(figure)),
      el("td", { class: "number" }, valueOf(figure)),
      el("td", { class: "number", dir: "ltr" }, marginOf(figure)),
    ),
  );
  return el("table", { class: "figures" }, el("caption", {}, caption), el("thead", {}, head), el("tbody", {}, ...body));
}

/** @param {Figure} figure @returns {HTMLElement} Says nothing that the number beside it does not. */
function barOf(figure) {
  const width = figure.words === "almost all" ? 100 : figure.words ? 0 : Math.round(shownValue(figure));
  const bar = el("span", { class: "share-bar", "aria-hidden": "true" });
  bar.style.inlineSize = `${width}%`; // by the CSSOM, which the policy allows
  return bar;
}
