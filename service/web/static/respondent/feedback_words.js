/** Days, the daily hour and keys as senders read them. */
import { locale, t } from "./texts.js";

export const AT_ONCE = 24; // in the place of an hour: nothing is held back

/** @param {string} day 2026-11-22. @returns {string} */
export const dayInWords = (day) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));

/** @param {string} month 2026-11. @returns {string} */
export const monthInWords = (month) =>
  new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${month}-01`));

/** @param {string[]} items @returns {string} */
export const listed = (items) => new Intl.ListFormat(locale).format(items);

/** @param {number} hour UTC. @returns {string} When messages of both sides are let out, and why. */
export function letOut(hour) {
  if (hour === AT_ONCE) return t("This service lets messages out at once. The time at which you write may then show who you are.");
  const now = new Date();
  const moment = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour));
  const time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZoneName: "short" }).format(moment);
  return t("Messages of both sides are let out once a day, at {time}. The other side sees a day and no time.", { time });
}
