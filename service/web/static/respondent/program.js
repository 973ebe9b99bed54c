/**
 * The step that asks for a program code, which lets the tally compare answers to two surveys. Fetched only where a
 * wave is paired with another. The code is in no storage, address or request: this module holds it until the answers
 * are sealed.
 *
 * @import { Manifest, Pairing } from "./types.js"
 * @import { Draft } from "./tab.js"
 */
import { row } from "./check.js";
import { choice } from "./choice.js";
import { copyCode } from "./copying.js";
import { el, said } from "./dom.js";
import { newProgramCode, tagOf } from "./program_code.js";
import { comparison } from "./program_words.js";
import { normaliseReceiptCode } from "./sealing.js";
import { draftOf, keep } from "./tab.js";
import { t } from "./texts.js";

const FIELD = "program-code-typed";
const SHOWN = "program-code";

/** What a respondent chooses about a program code. */
export class ProgramCode {
  #code = "";
  #made = "";
  /** @type {Draft["program"]} What is chosen on the page, taken over at "Continue". */
  #wanted;
  /** @type {HTMLInputElement | null} */
  #field = null;

  /** @param {Manifest} manifest With a pairing. @param {string} wave Hex. */
  constructor(manifest, wave) {
    this.manifest = manifest;
    this.wave = wave;
    this.pairing = /** @type {Pairing} */ (manifest.pairing);
  }

  /** Whether the answers go with a code that is not on this page any more: it was loaded again, or sealed them. */
  get missing() {
    return (draftOf(this.wave).program ?? "none") !== "none" && !this.#code;
  }

  /** @returns {Promise<import("./types.js").Bytes | null>} What is sealed of the code; null without one. */
  async tag() {
    return this.#code ? tagOf(this.#code, this.pairing.id) : null;
  }

  /** Drop the code, as far as a page can. */
  forget() {
    this.#code = this.#made = "";
    this.#wanted = undefined;
    if (this.#field) this.#field.value = "";
    this.#field = null;
  }

  /** @returns {string} */
  heading() {
    return t("A program code, if you like");
  }

  /** @returns {HTMLElement[]} What stands between the heading and the buttons. */
  parts() {
    const draft = draftOf(this.wave);
    const panel = el("div", { id: "program-panel", "aria-live": "polite" });
    this.#wanted ??= this.missing ? "have" : draft.program;
    /** @param {NonNullable<Draft["program"]>} value @param {string} text @param {string} [style] */
    const offered = (value, text, style) => choice("radio", "program", value, text, this.#wanted === value, () => open(value), style);
    /** @param {NonNullable<Draft["program"]>} value */
    const open = (value) => {
      panel.replaceChildren(...this.#panel(value));
      panel.scrollIntoView({ block: "nearest" }); // a code that is shown once must not stand below the screen
    };
    const have = offered("have", t("I have a code from before"));
    // Where nothing is kept for a later survey, there is nothing that a new code could be used for.
    const make = this.pairing.carried_until === null ? [] : [offered("make", t("Make me a code"))];
    panel.replaceChildren(...this.#panel(this.#wanted));
    return [
      ...comparison(this.manifest),
      draft.changing ? notice(t("What you send now replaces all of your earlier answer, its program code too. If you used one, enter it here again; without a code the new answer has none.")) : null,
      this.missing ? notice(t("Your program code is not on this page any more, because it is kept nowhere. Please enter it once more, or go on without one.")) : null,
      el(
        "fieldset",
        { class: "item" },
        el("legend", {}, t("Do you want to use a program code?")),
        el("div", { class: "options" }, ...(this.pairing.earlier === null ? [...make, have] : [have, ...make])),
        offered("none", t("Answer without a code"), "option apart"),
      ),
      panel,
    ].filter((part) => part !== null);
  }

  /** @param {Draft["program"]} chosen @returns {HTMLElement[]} What is shown below the choices. */
  #panel(chosen) {
    this.#wanted = chosen;
    this.#field = null;
    if (chosen === "make") return [this.#fresh((this.#made ||= newProgramCode()))];
    if (chosen !== "have") return [];
    const described = `${FIELD}-hint ${FIELD}-wrong`;
    this.#field = el("input", { id: FIELD, dir: "ltr", autocomplete: "off", autocapitalize: "characters", autocorrect: "off", spellcheck: "false", "aria-describedby": described });
    this.#field.value = this.#code;
    return [
      el(
        "div",
        { class: "field" },
        el("label", { for: FIELD }, t("Program code")),
        el("p", { id: `${FIELD}-hint`, class: "hint" }, t("It has 26 letters and digits and is not a receipt code. It stays on this device and is never sent. Small letters and missing hyphens do not matter.")),
        this.#field,
        el("p", { id: `${FIELD}-wrong`, class: "wrong", role: "alert" }),
      ),
    ];
  }

  /** @param {string} code @returns {HTMLElement} */
  #fresh(code) {
    return el(
      "div",
      {},
      el("p", {}, t("This is your program code. Write it down: nobody can give it to you again.")),
      el("p", { class: "receipt-code", id: SHOWN, dir: "ltr" }, code),
      el("p", {}, t("Use it in the later surveys of this program, and keep it to yourself: if somebody else uses it too, your answers are not compared. It was made on this device and is never sent. Your receipt code, which you get at the end, is another one.")),
      el(
        "div",
        { class: "actions no-print" },
        el("button", { type: "button", class: "second", click: () => void copyCode(code, SHOWN) }, t("Copy")),
        el("button", { type: "button", class: "second", click: () => print() }, t("Print")),
      ),
      el("p", { class: "print-only" }, said(this.manifest.survey.title)),
    );
  }

  /** Take over what was chosen. @returns {(() => void) | null} What to do about it where what was typed is no code. */
  fault() {
    const field = this.#field;
    try {
      this.#code = field ? normaliseReceiptCode(field.value) : this.#wanted === "make" ? this.#made : "";
      keep(this.wave, { ...draftOf(this.wave), program: this.#wanted ?? "none" });
      return null;
    } catch {
      if (!field) return null;
      return () => {
        const wrong = document.getElementById(`${FIELD}-wrong`);
        if (wrong) wrong.textContent = t("This is not a program code. Compare it with the one you wrote down: it has 26 letters and digits and begins with 0 to 7. If you cannot find it, answer without a code.");
        field.setAttribute("aria-invalid", "true");
        field.focus();
      };
    }
  }

  /** @param {() => void} change @returns {HTMLElement} A row of the list before sending. */
  row(change) {
    return row("program-code", t("Program code"), this.#code ? t("With your code") : t("Without a code"), change);
  }
}

/** @param {string} text @returns {HTMLElement} */
const notice = (text) => el("p", { class: "notice" }, text);
