/** Takes the invitation code out of the address bar, before anything else runs. */
import { draftOf, keep } from "./tab.js";

/** The wave that the address names: hex, if it names one. */
export const wave = location.pathname.split("/")[2] ?? "";

const offered = location.hash.slice(1);
if (offered && offered !== "main") {
  history.replaceState(history.state, "", location.pathname + location.search);
  keep(wave, { ...draftOf(wave), offered });
}

// The same page again with another code after the #: browsers do not load it anew on their own.
addEventListener("hashchange", () => {
  if (location.hash && location.hash !== "#main") location.reload();
});
