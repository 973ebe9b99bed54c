/** Days as people read them. There is no finer time in a conversation. */

const WRITTEN = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const DAY = 86_400_000; // ms

/** @param {string} day 2026-11-22. @returns {string} */
export const inWords = (day) => WRITTEN.format(new Date(`${day}T00:00:00Z`));

/** @param {string} day @param {string} today @returns {string} Today, yesterday, tomorrow, or the day. */
export function near(day, today) {
  const away = Math.round((Date.parse(day) - Date.parse(today)) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[String(away)] ?? inWords(day);
}

const AT_ONCE = 24; // in the place of an hour: nothing is held back

/** @param {string} day @param {{today: string, hour: number}} me @returns {string} When a held message is let out. */
export const goesOut = (day, { today, hour }) =>
  `goes out ${hour === AT_ONCE ? "at once" : `${near(day, today)} at ${hourInWords(hour)}`}`;

/** @param {number} hour @returns {string} */
const hourInWords = (hour) => `${String(hour).padStart(2, "0")}:00 UTC`;

/** @param {{today: string, visible: string, hour: number}} me @returns {string} When what is written now is let out. */
export const nextOut = ({ today, visible, hour }) =>
  hour === AT_ONCE ? "at once" : `${visible === today ? "tomorrow" : "today"} at ${hourInWords(hour)}`;
