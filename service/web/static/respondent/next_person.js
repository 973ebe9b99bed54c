/** A shared device goes from one person to the next, and nothing of the one before stays on it. */
import { forget } from "./tab.js";
import { language } from "./texts.js";

/** Leave this page for the same one as it is for everybody. @param {string} wave Hex. */
export function nextPerson(wave) {
  forget(wave);
  try {
    sessionStorage.clear();
  } catch {
    // There was nothing to forget.
  }
  // A browser may keep this page for its Back button: it keeps it empty, and loads it anew.
  document.getElementById("app")?.replaceChildren();
  document.title = "Sottovoce";
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  location.replace(`/w/${wave}?lang=${language}`);
}
