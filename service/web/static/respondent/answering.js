/**
 * Answering, sending, and the pages for what can go wrong.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { ApiError } from "./api.js";
import { showReceipt } from "./done.js";
import { announce, el, show } from "./dom.js";
import { ManifestBroken, Refused } from "./errors.js";
import { Flow } from "./flow.js";
import { drawToken, handIn, NoInvitation, Overtaken, sealDraft } from "./sending.js";
import { draftOf } from "./tab.js";
import { loadTexts, t } from "./texts.js";
import { trouble } from "./trouble.js";

/** @typedef {import("./program.js").ProgramCode} ProgramCode */

/**
 * Show the page that is due, and draw the token if there is none yet.
 * @param {Manifest} manifest @param {string} wave Hex.
 * @param {boolean} shown Whether the first page is there already.
 * @returns {Promise<Flow>}
 */
export async function begin(manifest, wave, shown) {
  const program = manifest.pairing ? new (await import("./program.js")).ProgramCode(manifest, wave) : null;
  document.getElementById("instead")?.remove();
  const deliver = () => (flow.codeIsMissing ? flow.resume(false) : void send(manifest, wave, program, deliver));
  const flow = new Flow(manifest, wave, deliver, program);
  const due = (/** @type {boolean} */ there) => {
    const draft = draftOf(wave);
    const over = Date.now() >= Date.parse(manifest.closes_at);
    if (draft.typed && !draft.receipt) void typedPart().then((part) => part?.offerClearing(wave));
    if (draft.receipt) showReceipt(manifest, wave);
    else if (draft.envelope) deliver();
    else if (!draft.code && !draft.token && !draft.changing) void ask(manifest, wave, over, () => due(false));
    else if (draft.token && over) tell(new ApiError(409, ""), wave, manifest);
    else {
      flow.resume(there);
      // A bad connection can wait: the token is asked for again before the answers are sealed.
      drawToken(manifest, wave).catch((error) => {
        if (!(error instanceof ApiError && error.passing)) tell(error, wave, manifest, () => due(false));
      });
    }
  };
  addEventListener("popstate", () => due(false));
  due(shown);
  return flow;
}

/** @returns {Promise<typeof import("./typed.js") | null>} What is needed at a shared device alone; null if it does not come. */
async function typedPart() {
  try {
    const [part] = await Promise.all([import("./typed.js"), loadTexts("typed")]);
    return part;
  } catch {
    return null;
  }
}

/**
 * Ask for a code, as the address held none.
 * @param {Manifest} manifest @param {string} wave @param {boolean} over Whether the wave has closed. @param {() => void} onward
 */
async function ask(manifest, wave, over, onward) {
  const part = over ? null : await typedPart();
  if (part) part.askCode(manifest, wave, onward, (error) => tell(error, wave, manifest));
  else tell(new NoInvitation(), wave, manifest);
}

/**
 * Seal, send and check, telling how far it is.
 * @param {Manifest} manifest @param {string} wave @param {ProgramCode | null} program @param {() => void} again
 */
async function send(manifest, wave, program, again) {
  const steps = [t("Seal your answers on this device"), t("Send the sealed answers"), t("Check the receipt")].map((text) => el("li", {}, text));
  show(el("h1", {}, t("Sealing and sending")), el("ol", { class: "sending" }, ...steps));
  try {
    announce(t("Your answers are being sealed on this device."));
    await sealDraft(manifest, wave, (await program?.tag()) ?? null);
    program?.forget();
    steps[0].className = "ready";
    announce(t("The sealed answers are being sent."));
    await handIn(manifest, wave);
    showReceipt(manifest, wave);
  } catch (error) {
    tell(error, wave, manifest, again);
    addEventListener("online", () => draftOf(wave).envelope && again(), { once: true });
  }
}

/**
 * Show the page for an error.
 * @param {unknown} error @param {string} wave @param {Manifest} [manifest] @param {() => void} [again]
 */
export function tell(error, wave, manifest, again) {
  const draft = draftOf(wave);
  const place = { wave, manifest };
  if (!isSecureContext || !globalThis.crypto?.subtle) trouble("insecure", place);
  else if (error instanceof ManifestBroken) trouble("broken", place);
  else if (error instanceof NoInvitation) trouble(manifest && Date.now() >= Date.parse(manifest.closes_at) ? "closed" : "no-invitation", place);
  else if (error instanceof Overtaken) trouble(draft.changing ? "overtaken" : "copied", draft.changing ? { ...place, again } : place);
  else if (error instanceof Refused) trouble("distrust", { ...place, again });
  else if (!(error instanceof ApiError) || error.passing) trouble("unreachable", { ...place, again });
  else if (error.status === 404) trouble(manifest ? "missing" : "unknown", place);
  else if (error.status === 403) trouble("used", place);
  else if (manifest && Date.now() < Date.parse(manifest.opens_at)) trouble("early", { ...place, again });
  else trouble(draft.questions ? "closed-with-answer" : "closed", place);
}
