/** How many have opened the survey so far, on the first page, where the owner of the wave wished that. */
import { address, getBytes } from "./api.js";
import { locale, t } from "./texts.js";

/** @type {Promise<Uint8Array<ArrayBuffer> | null> | undefined} */
let asked;

/**
 * Tell it in the place that the first page keeps for it, if that is shown and there is something to tell.
 * @param {string} wave Hex.
 */
export async function tellSoFar(wave) {
  asked ??= getBytes(address(wave, "thermometer")).catch(() => null); // nobody needs it to answer
  const told = await asked;
  const place = document.getElementById("so-far");
  if (!told?.length || !place) return;
  const { invited, drawn, day } = JSON.parse(new TextDecoder().decode(told));
  const on = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
  place.textContent = drawn
    ? t("So far at least {drawn} of {invited} people have opened this survey. Counted on {day}.", { drawn, invited, day: on })
    : t("So far fewer than 10 of {invited} people have opened this survey. Counted on {day}.", { invited, day: on });
  place.hidden = false;
}
