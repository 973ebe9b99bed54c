/**
 * A code from a card, typed at a device that several people share. Fetched only where the address held no invitation.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { ApiError } from "./api.js";
import { announce, el, said, show } from "./dom.js";
import { hex, sha256, utf8 } from "./encoding.js";
import { nextPerson } from "./next_person.js";
import { drawToken } from "./sending.js";
import { draftOf, forget, keep } from "./tab.js";
import { t } from "./texts.js";
import { pageLink } from "./trouble.js";

const BAR = "shared-device";
const FIELD = "typed-code";
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;

/** @param {string} text Small letters, hyphens, blanks, O for 0 and I or L for 1 are read as meant.
 * @returns {string} The 16 symbols, or nothing if it is no code. */
export function normalised(text) {
  const symbols = text.toUpperCase().replace(/[\s\u2010-\u2015-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return CODE.test(symbols) ? symbols : "";
}

/**
 * Ask for a code, and draw the token with it.
 * @param {Manifest} manifest @param {string} wave Hex. @param {() => void} onward @param {(error: unknown) => void} tell
 */
export function askCode(manifest, wave, onward, tell) {
  const field = el("input", { id: FIELD, dir: "ltr", autocomplete: "off", autocapitalize: "characters", autocorrect: "off", spellcheck: "false", "aria-describedby": `${FIELD}-hint ${FIELD}-wrong` });
  const wrong = el("p", { id: `${FIELD}-wrong`, class: "wrong", role: "alert" });
  const button = el("button", {}, t("Go on with this code"));
  /** @param {string} text */
  const refuse = (text) => {
    announce("");
    wrong.textContent = text;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  const use = async () => {
    const code = normalised(field.value);
    wrong.textContent = "";
    field.removeAttribute("aria-invalid");
    if (!code) return refuse(t("This is not such a code. It has 16 letters and digits; compare it with your card."));
    button.disabled = true;
    announce(t("One moment"));
    history.replaceState(null, ""); // the steps of whoever was here before
    keep(wave, { code, used: hex(await sha256(utf8(code))), typed: true });
    try {
      await drawToken(manifest, wave);
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) {
        forget(wave);
        button.disabled = false;
        return refuse(t("This code cannot be used. Compare it with your card; each code works once. If it is right, take another card."));
      }
      // A bad connection can wait, as it can with a link.
      if (!(error instanceof ApiError && error.passing)) return tell(error);
    }
    field.value = "";
    onward();
  };
  document.getElementById(BAR)?.remove();
  show(
    el("h1", {}, t("Type the code from your card")),
    el("p", { class: "soft" }, said(manifest.survey.title)),
    el(
      "form",
      { autocomplete: "off", novalidate: true, submit: (/** @type {Event} */ event) => (event.preventDefault(), void use()) },
      el(
        "div",
        { class: "field" },
        el("label", { for: FIELD }, t("Code")),
        el("p", { id: `${FIELD}-hint`, class: "hint" }, t("It has 16 letters and digits and works once. Small letters and missing hyphens do not matter.")),
        field,
        wrong,
      ),
      el("div", { class: "actions" }, button),
    ),
    el("p", {}, t("If you got a link instead, open all of it: this address names the survey but holds no invitation. It may have been cut off after the # sign, or this tab has already finished.")),
    el("p", {}, pageLink(wave, "receipt", t("I have a receipt code"))),
  );
}

/** Below every page of somebody who typed a code, until the answer is sent. @param {string} wave Hex. */
export function offerClearing(wave) {
  if (document.getElementById(BAR) || draftOf(wave).receipt) return;
  const clear = () => confirm(t("Clear everything? What was not sent is lost, and the code does not work a second time.")) && nextPerson(wave);
  const button = el("button", { type: "button", class: "second", click: clear }, t("Clear this device"));
  document.getElementById("status")?.after(el("div", { id: BAR, class: "actions no-print" }, button));
}
