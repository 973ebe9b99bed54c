/**
 * The page for whoever has a receipt code: check that the answer was counted, change it, take it back.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { address, ApiError, getBytes } from "./api.js";
import { el, said, show } from "./dom.js";
import { ManifestBroken, Refused } from "./errors.js";
import { wave } from "./invitation.js";
import { readManifest } from "./manifest.js";
import { AnswerMissing, check, handIn, stored, withdrawal } from "./receipt_actions.js";
import { checkedParts } from "./receipt_words.js";
import { normaliseReceiptCode } from "./sealing.js";
import { draftOf, keep } from "./tab.js";
import { language, loadTexts, moment, t } from "./texts.js";
import { pageLink, trouble } from "./trouble.js";

await loadTexts("receipt");
await open();

async function open() {
  if (!isSecureContext || !globalThis.crypto?.subtle) return trouble("insecure", { wave });
  try {
    const manifest = await readManifest(await getBytes(address(wave, "manifest"), "default"), wave);
    document.getElementById("instead")?.remove();
    ask(manifest, draftOf(wave).receiptCode ?? draftOf(wave).changing ?? "");
  } catch (error) {
    tell(error, () => void open());
  }
}

/** @param {Manifest} manifest @param {string} code What the field holds at first. */
function ask(manifest, code) {
  const over = Date.now() >= Date.parse(manifest.closes_at);
  const field = el("input", { id: "code", value: code, dir: "ltr", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", "aria-describedby": "code-hint code-wrong" });
  const wrong = el("p", { id: "code-wrong", class: "wrong", role: "alert" });
  /** @param {(code: string) => void} use */
  const withCode = (use) => () => {
    try {
      wrong.textContent = "";
      field.removeAttribute("aria-invalid");
      use(normaliseReceiptCode(field.value));
    } catch {
      wrong.textContent = t("This is not a receipt code. A code has 26 letters and digits; compare it with the one you wrote down.");
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
  };
  const checking = withCode((given) => void showCheck(manifest, given));
  const later = [
    el("button", { type: "button", class: "second", click: withCode((given) => void change(manifest, given)) }, t("Change my answer")),
    el("button", { type: "button", class: "danger", click: withCode((given) => askOnce(manifest, given)) }, t("Take my answer back")),
  ];
  show(
    el("h1", {}, t("Your receipt code")),
    el("p", { class: "soft" }, said(manifest.survey.title)),
    el(
      "form",
      { submit: (/** @type {Event} */ event) => (event.preventDefault(), checking()) },
      el(
        "div",
        { class: "field" },
        el("label", { for: "code" }, t("Receipt code")),
        el("p", { id: "code-hint", class: "hint" }, t("The code stays on this device and is never sent. Small letters and missing hyphens do not matter.")),
        field,
        wrong,
      ),
      el("div", { class: "actions" }, el("button", {}, t("Check that my answer was counted")), ...(over ? [] : later)),
    ),
    over
      ? el("p", {}, t("The survey closed {moment}. Answers can no longer be changed or taken back.", { moment: moment(manifest.closes_at) }))
      : el("p", {}, t("You can change your answer or take it back until {moment}.", { moment: moment(manifest.closes_at) })),
    el("p", {}, pageLink(wave, "results", t("See the results and what was done about them"))),
  );
}

/** @param {Manifest} manifest @param {string} code */
async function showCheck(manifest, code) {
  wait(t("Checking on this device"));
  try {
    const [heading, ...rest] = checkedParts(manifest, await check(manifest, wave, code), draftOf(wave).receipt?.leaf);
    show(heading, ...rest, back(manifest, code));
  } catch (error) {
    tell(error, () => void showCheck(manifest, code), manifest, code);
  }
}

/** Hand the code over to the flow, by way of the tab. @param {Manifest} manifest @param {string} code */
async function change(manifest, code) {
  wait(t("Looking for your sealed answer"));
  try {
    await stored(manifest, wave, code);
  } catch (error) {
    return tell(error, () => void change(manifest, code), manifest, code);
  }
  const draft = draftOf(wave);
  if (unsent(draft)) {
    const address = el("p", { dir: "ltr" }, el("code", {}, `${location.origin}/w/${wave}/receipt`));
    const why = t("This tab holds an answer that was not sent yet, and changing another one here would lose it. Send it first, or open this address in a new tab:");
    return show(el("h1", {}, t("There is an unsent answer in this tab")), el("p", {}, why), address, back(manifest, code));
  }
  const onward = () => {
    keep(wave, { used: draft.used, changing: code });
    location.assign(`/w/${wave}?lang=${language}`);
  };
  show(
    el("h1", {}, t("Answer anew")),
    el("p", {}, t("Your sealed answer cannot be shown: nobody can open it before the close, you neither. So you answer all questions anew, and the new answer takes the place of the old one when you send it. Until then the old one counts.")),
    el("p", {}, t("The receipt code stays the same.")),
    el("div", { class: "actions" }, el("button", { type: "button", click: onward }, t("Answer anew"))),
    back(manifest, code),
  );
}

/** @param {import("./tab.js").Draft} draft @returns {boolean} Whether the tab holds what a change would lose. */
const unsent = (draft) => !draft.receipt && !draft.changing && Boolean(draft.token || draft.draw || draft.envelope);

/** @param {Manifest} manifest @param {string} code */
function askOnce(manifest, code) {
  show(
    el("h1", {}, t("Take your answer back?")),
    el("ul", {}, ...[
      t("Your answer is replaced by an empty one, sealed like any other. Nobody can tell this from a change."),
      t("Nothing you answered enters the results: no rating, no comment."),
      t("The number of sealed answers on the board stays the same: the empty one is counted there and dropped when all are opened."),
      t("It does not undo that you took part: that your link was used stays known."),
      t("Until the close you can still answer anew with this code. After it nothing can be changed."),
    ].map((text) => el("li", {}, text))),
    el("div", { class: "actions" }, el("button", { type: "button", class: "danger", click: () => askTwice(manifest, code) }, t("Take it back"))),
    back(manifest, code),
  );
}

/** @param {Manifest} manifest @param {string} code */
function askTwice(manifest, code) {
  show(
    el("h1", {}, t("Are you sure?")),
    el("p", {}, t("This is the last question before your answer is taken back.")),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "danger", click: () => void takeBack(manifest, code) }, t("Yes, take my answer back")),
      el("button", { type: "button", class: "second", click: () => ask(manifest, code) }, t("No, keep it")),
    ),
  );
}

/** @param {Manifest} manifest @param {string} code @param {import("./types.js").Bytes} [sealed] What was sealed and perhaps sent before. */
async function takeBack(manifest, code, sealed) {
  wait(t("Taking your answer back"));
  try {
    sealed ??= await withdrawal(manifest, wave, code);
    await handIn(manifest, wave, sealed);
  } catch (error) {
    const passing = error instanceof ApiError && error.passing;
    return tell(error, () => void takeBack(manifest, code, passing ? sealed : undefined), manifest, code);
  }
  if (draftOf(wave).changing === code) keep(wave, { used: draftOf(wave).used });
  show(
    el("h1", {}, t("Your answer was taken back")),
    el("p", {}, t("An empty answer is sealed in its place, and the server signed that it stored it. Keep the code: until the close you can answer anew with it.")),
    back(manifest, code),
  );
}

/** @param {string} text */
const wait = (text) => show(el("h1", {}, text));

/** @param {Manifest} manifest @param {string} code @returns {HTMLElement} */
const back = (manifest, code) =>
  el("div", { class: "actions no-print" }, el("button", { type: "button", class: "second", click: () => ask(manifest, code) }, t("Back")));

/** @param {unknown} error @param {() => void} again @param {Manifest} [manifest] @param {string} [code] */
function tell(error, again, manifest, code = "") {
  const retry = () => (manifest ? ask(manifest, code) : again());
  if (error instanceof ManifestBroken) trouble("broken", { wave });
  else if (error instanceof AnswerMissing) trouble("missing", { wave, manifest, again: retry });
  else if (error instanceof Refused) trouble("distrust", { wave, manifest, again });
  else if (!(error instanceof ApiError) || error.passing) trouble("unreachable", { wave, manifest, again });
  else if (error.status === 404) trouble(manifest ? "missing" : "unknown", { wave, manifest, again: manifest && retry });
  else if (error.status === 422) trouble("overtaken", { wave, manifest, again });
  else trouble("closed", { wave, manifest });
}
