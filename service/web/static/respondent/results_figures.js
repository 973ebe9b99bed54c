/**
 * Figures in words, bars and tables.
 *
 * @import { Figure } from "./results_rows.js"
 */
import { el } from "./dom.js";
import { displayed } from "./results_rows.js";
import { language, t } from "./texts.js";

const locale = language === "ar" ? "ar-u-nu-latn" : language;
const FILLS = ["low", "lower", "mid", "higher", "high"];

/** @param {number} value @param {number} [digits] Most digits after the point. @returns {string} */
export const number = (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

/** @param {string} day `2026-03-31`. @returns {string} */
export const dayInWords = (day) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));

/** @param {Figure} figure @returns {number} */
const digitsOf = ({ figure }) => (figure === "mean" ? 2 : 0);

/** @param {Figure} figure @returns {string} Its value, a share in percent. */
export function valueOf(figure) {
  if (figure.words) return figure.words === "almost all" ? t("almost everybody") : t("almost nobody");
  if (figure.figure !== "share") return number(displayed(figure), digitsOf(figure));
  return new Intl.NumberFormat(locale, { style: "percent" }).format(displayed(figure) / 100);
}

/** @param {Figure} figure @returns {string} Its margin, rounded up, in one piece in any direction; a dash beside words. */
export function marginOf(figure) {
  if (figure.margin === null) return "–";
  const scale = 10 ** digitsOf(figure);
  return `\u2066±\u00a0${number(Math.ceil(figure.margin * scale) / scale, digitsOf(figure))}\u2069`;
}

/** @typedef {[string | Node, Figure, Node?]} Row What it is about, its figure, and a bar. */

/**
 * @param {string} caption @param {string} what The heading of the first column.
 * @param {Row[]} rows
 * @returns {HTMLElement}
 */
export function table(caption, what, rows) {
  const heads = [el("th", { scope: "col" }, what), el("th", { scope: "col", class: "number" }, t("Value")), el("th", { scope: "col", class: "number" }, t("Margin"))];
  const body = rows.map(([name, figure, bar]) =>
    el("tr", {}, el("th", { scope: "row" }, name, bar), el("td", { class: "number" }, valueOf(figure)), el("td", { class: "number" }, marginOf(figure))),
  );
  return el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...body));
}

/**
 * @param {Figure} figure A share. @param {number} [level] Its option's place on a scale, from 0 for the worst to 1.
 * @returns {HTMLElement} A bar that says nothing which the number beside it does not.
 */
export function barOf(figure, level) {
  const fill = el("span", { class: level === undefined ? "fill" : `fill ${FILLS[Math.round(4 * level)]}` });
  fill.style.inlineSize = `${displayed(figure)}%`; // by the CSSOM, which the policy allows
  return el("div", { class: "track", "aria-hidden": "true" }, fill);
}
