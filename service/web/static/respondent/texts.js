/** The page's texts in its language. Message ids are English. */

/** The page's language, such as `de`. */
export const language = document.documentElement.lang;

/** @type {Record<string, string>} */
const texts = {};

/**
 * Fetch texts; to be awaited before `t` is asked for them. What does not come stays English.
 * @param {string} part The module whose texts are meant, and those of what it imports; `/static/texts/<part>.<language>.json`.
 */
export async function loadTexts(part) {
  if (language === "en") return;
  try {
    const response = await fetch(`/static/texts/${part}.${language}.json`, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (response.ok) Object.assign(texts, await response.json());
  } catch {
    // English is better than nothing.
  }
}

/**
 * @param {string} msgid English, with `{names}`.
 * @param {Record<string, string | number>} [params]
 * @returns {string} The text in the page's language.
 */
export const t = (msgid, params = {}) =>
  (texts[msgid] ?? msgid).replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));

/** @typedef {Record<string, string>} Texts Language -> text, as manifests have them. */

/** @param {Texts} said @returns {string} The language of these that is shown: the page's, else English, else the first. */
export const languageOf = (said) => [language, "en"].find((one) => one in said) ?? Object.keys(said)[0];

/** @param {Texts} said @returns {string} */
export const inWords = (said) => said[languageOf(said)] ?? "";

const reader = navigator.languages.find((one) => one.startsWith(language)) ?? language;

/** How dates and lists are written for the reader. */
export const locale = language === "ar" ? "ar-u-nu-latn" : reader;

/** @param {string} moment RFC 3339. @returns {string} Day, time and zone as the reader writes them. */
export const moment = (moment) =>
  new Intl.DateTimeFormat(locale, {
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(new Date(moment));
