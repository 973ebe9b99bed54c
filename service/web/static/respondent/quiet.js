/** The page that turns reminders off for good, for whoever has the code from the end of a letter. */
import { ApiError, deliver } from "./api.js";
import { announce, el, show } from "./dom.js";
import { loadTexts, t } from "./texts.js";

const KEY = "quiet"; // the code, in this tab alone, until it is used

const offered = location.hash.slice(1);
if (offered && offered !== "main") {
  history.replaceState(history.state, "", location.pathname + location.search);
  sessionStorage.setItem(KEY, offered);
}

// The same page again with another code after the #: browsers do not load it anew on their own.
addEventListener("hashchange", () => {
  if (location.hash && location.hash !== "#main") location.reload();
});

await loadTexts("quiet");
document.getElementById("instead")?.remove();
ask(sessionStorage.getItem(KEY) ?? "");

/** @param {string} code */
function ask(code) {
  if (!code) {
    show(
      el("h1", {}, t("Reminders")),
      el("p", {}, t("This page needs the link from the end of a letter. Open it from there once more.")),
    );
    return;
  }
  show(
    el("h1", {}, t("No more reminders?")),
    el("p", {}, t("You will still get one invitation for each survey, and no reminder any more, for good.")),
    el("p", {}, t("This says nothing about whether you answer. It is kept so that nobody can read from the store who chose it, and nobody is told.")),
    el("div", { class: "actions" }, el("button", { type: "button", click: () => void turnOff(code) }, t("Turn reminders off"))),
  );
}

/** @param {string} code */
async function turnOff(code) {
  announce(t("One moment"));
  try {
    await deliver("/api/v1/reminders/off", { code });
  } catch (error) {
    const passing = !(error instanceof ApiError) || error.passing;
    announce(passing ? t("That did not work. Check your connection and try again.") : t("This link does not hold. Open it from your letter once more."));
    return;
  }
  sessionStorage.removeItem(KEY);
  show(el("h1", {}, t("Reminders are off")), el("p", {}, t("If the link was whole, no reminder comes any more. You can close this page.")));
}
