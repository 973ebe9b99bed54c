/** The handlers' inbox as it opens. Nothing of a conversation is in the address, the history or any storage. */
import { el, show } from "../respondent/dom.js";
import { inWords } from "./data.js";
import { inbox } from "./inbox.js";
import { lock, refresh } from "./session.js";
import { askPassphrase, makeKey } from "./unlocking.js";

// A browser may keep the page for the way back to it: not with keys and messages in it.
addEventListener("pagehide", () => {
  lock();
  document.getElementById("app")?.replaceChildren();
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

await begin();

async function begin() {
  if (!globalThis.crypto?.subtle) {
    return show(el("h1", {}, "This connection cannot keep messages secret"), el("p", {}, "The page was opened without encryption, or by a browser that is too old. Open it over https."));
  }
  try {
    const me = await refresh();
    if (me.channels.length === 0) {
      return show(el("h1", {}, "Feedback inbox"), el("p", {}, "No channel names you as its handler. An owner or an admin can name you there; then you make your key here."));
    }
    if (me.key) return askPassphrase(inbox);
    return await makeKey(inbox);
  } catch (error) {
    const again = el("button", { type: "button", click: () => void begin() }, "Try again");
    return show(el("h1", {}, "Feedback inbox"), el("p", { class: "notice bad" }, inWords(error)), el("div", { class: "actions" }, again));
  }
}
