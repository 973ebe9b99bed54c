/**
 * A passphrase and a recovery code for a key: a new one's, or one's that was opened. The code is printed or written
 * down, and a part of it is asked for, before anything is stored.
 *
 * @import { PrivateKey } from "./types.js"
 */
import { el, show } from "../respondent/dom.js";
import { newReceiptCode } from "../respondent/sealing.js";
import { Fault, checkbox, field, form, tick } from "./forms.js";
import { lockKey, longEnough } from "./keys.js";
import { here } from "./session.js";

/** @typedef {{heading: string, about: string, store: (locks: import("./types.js").Locks) => Promise<void>, key: PrivateKey}} Purpose */

const ASKED = [2, 4]; // groups of the code, from 0

/** Ask for a passphrase, then show the code. @param {Purpose} purpose */
export function secure(purpose) {
  const first = el("input", { type: "password", autocomplete: "new-password", required: true });
  const second = el("input", { type: "password", autocomplete: "new-password", required: true });
  const understood = checkbox();
  show(
    el("h1", {}, purpose.heading),
    el("p", {}, purpose.about),
    el(
      "div",
      { class: "notice warn" },
      el(
        "p",
        {},
        el("strong", {}, "A lost passphrase loses the messages. "),
        "Your key never leaves this browser unlocked, and nobody else has a copy: not this server, not whoever runs it. " +
          "If you forget the passphrase and do not have the printed recovery code, nobody can open the messages for you again, ever. " +
          "Only a fellow handler who still has a key can let you in anew.",
      ),
    ),
    form(
      async () => {
        if (!longEnough(first.value)) throw new Fault("Use at least five different words, or at least 16 characters.", first);
        if (first.value.normalize("NFC") !== second.value.normalize("NFC")) throw new Fault("The two are not the same.", second);
        if (!understood.checked) throw new Fault("Read the notice and tick that you have understood it.", understood);
        showCode(purpose, first.value);
      },
      "Go on",
      field("Passphrase", first, "At least five words, or at least 16 characters. Five words drawn by chance are easy to keep and hard to guess."),
      field("The same again", second),
      tick(understood, "I understand that without the passphrase and without the recovery code the messages are lost for good."),
    ),
  );
}

/** @param {Purpose} purpose @param {string} passphrase */
function showCode(purpose, passphrase) {
  const code = newReceiptCode();
  const groups = code.split("-");
  const typed = el("input", { type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const kept = checkbox();
  const wanted = ASKED.map((place) => groups[place]).join("");
  show(
    el("h1", {}, "Your recovery code"),
    el("p", {}, "Print this page or write the code down, and keep it where you keep what must not be lost. It opens your key if you forget the passphrase. Do not store it in this computer. It is shown this once."),
    el("p", { class: "recovery-code", id: "recovery-code" }, code),
    el("p", { class: "print-only" }, `Recovery code of ${here().user.name} for the feedback inbox, made on ${here().today}.`),
    el("div", { class: "actions no-print" }, el("button", { type: "button", class: "second", click: () => print() }, "Print")),
    form(
      async () => {
        if (plain(typed.value) !== wanted) throw new Fault("These are not the third and the fifth group of the code.", typed);
        if (!kept.checked) throw new Fault("Tick that you have kept the code.", kept);
        await purpose.store(await lockKey(purpose.key.scalar, passphrase, code));
      },
      "Store the key",
      el(
        "div",
        { class: "no-print" },
        field("The third and the fifth group of the code", typed, "Type them from the paper, to show that it can be read."),
        tick(kept, "I have the code on paper. Without it and without the passphrase the messages are lost."),
      ),
    ),
  );
}

/** @param {string} text @returns {string} As a code is meant: O is 0, I and L are 1. */
const plain = (text) => text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
