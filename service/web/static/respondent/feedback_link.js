/** Takes the feedback code out of the address bar, before anything else runs. */
import { draft, keepDraft } from "./feedback_draft.js";

const offered = location.hash.slice(1);
if (offered && offered !== "main") {
  history.replaceState(history.state, "", location.pathname + location.search);
  const before = draft();
  // What is sealed may be stored already, and its receipt code must not be lost; another link's token is of no use here.
  if (!before.opening && before.code !== offered) keepDraft({ ...before, code: offered, wave: undefined, draw: undefined, token: undefined });
}

// The same page again with another code after the #: browsers do not load it anew on their own.
addEventListener("hashchange", () => {
  if (location.hash && location.hash !== "#main") location.reload();
});
