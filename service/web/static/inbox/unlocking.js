/** The ways to a key that is used: making it, unlocking it, recovering it, and giving it another passphrase. */
import { el, show } from "../respondent/dom.js";
import { b64u } from "../respondent/encoding.js";
import { Invalid, Refused } from "../respondent/errors.js";
import { post } from "./data.js";
import { Fault, act, checkbox, field, form, tick } from "./forms.js";
import { newKey } from "./hpke.js";
import { recoverKey, unlockKey } from "./keys.js";
import { secure } from "./securing.js";
import { here, refresh, unlock } from "./session.js";

/** @typedef {import("./types.js").PrivateKey} PrivateKey */
/** @typedef {() => unknown} Then What follows once the key is unlocked. */

/** Make a first key, or one in the place of a lost one. @param {Then} then @param {boolean} [replace] */
export async function makeKey(then, replace = false) {
  const key = await newKey();
  secure({
    key,
    heading: replace ? "Make a new key" : "Make your key",
    about:
      "People write to the channels that name you. Their messages are sealed so that only handlers can open them. For that you need a key of your own, which is made in this browser now.",
    async store(locks) {
      await post("key", { public_key: b64u(key.publicKey), ...locks, ...(replace ? { replace } : {}) });
      await use(key, then);
    },
  });
}

/** Give an unlocked key another passphrase and another recovery code. @param {PrivateKey} key @param {Then} then */
function relock(key, then) {
  secure({
    key,
    heading: "Choose a new passphrase",
    about: "Your key stays the same, so you read what you could read before. The passphrase and the recovery code of before stop opening it.",
    async store(locks) {
      await post("key/locks", { public_key: b64u(key.publicKey), ...locks });
      await use(key, then);
    },
  });
}

/** Ask for the passphrase. @param {Then} then @param {string} [why] */
export function askPassphrase(then, why = "") {
  const passphrase = el("input", { type: "password", autocomplete: "current-password", required: true });
  show(
    el("h1", {}, "Unlock the inbox"),
    why && el("p", { class: "notice" }, why),
    el("p", {}, "Your key is unlocked in this tab alone. It is locked again when you close the tab, press “Lock now”, or leave the page alone for 15 minutes."),
    form(async () => use(await opened(passphrase), then), "Unlock", field("Passphrase", passphrase)),
    el("details", {}, el("summary", {}, "I have forgotten the passphrase"), recovery(then), lost(then)),
  );
  passphrase.focus();
}

/** Ask for the present passphrase, then for another. @param {Then} then @param {Then} back */
export function changePassphrase(then, back) {
  const passphrase = el("input", { type: "password", autocomplete: "current-password", required: true });
  show(
    el("h1", {}, "Change the passphrase"),
    form(async () => relock(await opened(passphrase), then), "Go on", field("Present passphrase", passphrase)),
    el("p", {}, el("button", { type: "button", class: "link", click: back }, "Back")),
  );
}

/** @param {HTMLInputElement} passphrase @returns {Promise<PrivateKey>} @throws {Fault} */
async function opened(passphrase) {
  const kept = (await refresh()).key;
  if (!kept) throw new Fault("You have no key any more. Load the page again.");
  try {
    return await unlockKey(kept, passphrase.value);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Fault("This passphrase does not open your key.", passphrase);
  }
}

/** @param {Then} then @returns {HTMLElement} */
function recovery(then) {
  const code = el("input", { type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  return form(
    async () => {
      const kept = here().key;
      if (!kept) throw new Fault("You have no key any more. Load the page again.");
      try {
        relock(await recoverKey(kept, code.value), then);
      } catch (error) {
        if (error instanceof Invalid) throw new Fault("This is no recovery code: it has 26 letters and digits in groups of four.", code);
        if (!(error instanceof Refused)) throw error;
        throw new Fault("This recovery code does not open your key.", code);
      }
    },
    "Use the recovery code",
    field("Recovery code", code, "From the paper that you printed. You choose a new passphrase then."),
  );
}

/** @param {Then} then @returns {HTMLElement} */
function lost(then) {
  const understood = checkbox();
  return el(
    "details",
    {},
    el("summary", {}, "I have neither the passphrase nor the code"),
    el("p", { class: "notice bad" }, "Then your key is lost. You can make a new one, and a fellow handler who has a key can let you in again. Where nobody else has a key of a channel, its messages are lost for good."),
    tick(understood, "My key may be thrown away, and with it what only I could open."),
    act(
      "Make a new key",
      async () => {
        if (!understood.checked) throw new Fault("Tick that the key may be thrown away.", understood);
        await makeKey(then, true);
      },
      "danger",
    ),
  );
}

/** @param {PrivateKey} key @param {Then} then */
async function use(key, then) {
  await refresh();
  unlock(key);
  await then();
}
