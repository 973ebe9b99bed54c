/** The page for whoever has a receipt code of feedback. What opens the conversation comes while the code is entered. */
import { el, show } from "./dom.js";
import { Invalid } from "./errors.js";
import { draft } from "./feedback_draft.js";
import { pageLink, trouble } from "./feedback_trouble.js";
import { loadTexts, t } from "./texts.js";

await loadTexts("feedback_conversation");
if (!isSecureContext || !globalThis.crypto?.subtle) trouble(null);
else {
  document.getElementById("instead")?.remove();
  ask(draft().receiptCode ?? "");
  opening().catch(() => {}); // told when it is needed
}

/** @returns {Promise<typeof import("./feedback_opened.js")>} What comes later. */
async function opening() {
  const [part] = await Promise.all([import("./feedback_opened.js"), loadTexts("feedback_opened")]);
  return part;
}

/** @param {string} code What the field holds at first. */
function ask(code) {
  const field = el("input", { id: "code", value: code, dir: "ltr", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", "aria-describedby": "code-hint code-wrong" });
  const wrong = el("p", { id: "code-wrong", class: "wrong", role: "alert" });
  const open = async () => {
    const given = field.value;
    try {
      wrong.textContent = "";
      field.removeAttribute("aria-invalid");
      const part = await opening();
      await part.open(part.normaliseReceiptCode(given), () => ask(given));
    } catch (error) {
      if (!(error instanceof Invalid)) return trouble(error, () => void open(), () => ask(given));
      wrong.textContent = t("This is not a receipt code. A code has 26 letters and digits; compare it with the one you wrote down.");
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void open();
  };
  show(
    el("h1", {}, t("Your conversation")),
    el(
      "form",
      { submit, autocomplete: "off" },
      el(
        "div",
        { class: "field" },
        el("label", { for: "code" }, t("Receipt code")),
        el("p", { id: "code-hint", class: "hint" }, t("The code stays on this device and is never sent. Small letters and missing hyphens do not matter.")),
        field,
        wrong,
      ),
      el("div", { class: "actions" }, el("button", {}, t("Open the conversation"))),
    ),
    el("p", {}, pageLink("/feedback", t("The channels, and what came of feedback"))),
  );
}
