/**
 * The respondent's page as it opens: the contract is fetched and checked, and its promise shown. What is needed
 * after that comes while it is read.
 */
import { contract, words } from "./early.js";
import { address, getBytes } from "./api.js";
import { announce, bar, el, show } from "./dom.js";
import { hex, sha256, utf8 } from "./encoding.js";
import { intro } from "./intro.js";
import { wave } from "./invitation.js";
import { readManifest } from "./manifest.js";
import { draftOf, keep, remembers } from "./tab.js";
import { loadTexts, t } from "./texts.js";

await words;
await open(contract);

/**
 * Show the promise at once where it is due, then hand over.
 * @param {Promise<Uint8Array<ArrayBuffer>>} bytes The manifest's.
 */
async function open(bytes) {
  try {
    const manifest = await readManifest(await bytes, wave);
    await lookAtOffer();
    const { receipt, envelope, code, token, changing, step = 0 } = draftOf(wave);
    const first = !receipt && !envelope && (code || token || changing) && !(history.state?.step ?? step);
    if (first) {
      const [heading, ...rest] = intro(manifest, Boolean(changing));
      show(heading, ...rest, bar(null, t("Start"), async () => (await ready)?.go(1)));
    }
    const ready = answering(manifest.pairing !== undefined).then((part) => part?.begin(manifest, wave, Boolean(first)));
    await ready;
  } catch (error) {
    (await answering())?.tell(error, wave, undefined, () => void open(getBytes(address(wave, "manifest"))));
  }
}

/** @param {boolean} [paired] Whether the wave asks for a program code.
 * @returns {Promise<typeof import("./answering.js") | null>} All the rest; null, and the page says so, if it does not come. */
async function answering(paired) {
  try {
    const parts = [import("./answering.js"), loadTexts("answering"), paired && import("./program.js"), paired && loadTexts("program")];
    const [part] = await Promise.all(/** @type {[Promise<typeof import("./answering.js")>]} */ (parts));
    return part;
  } catch {
    announce(t("A part of this page did not arrive. Nothing is lost: load the page again."));
    const reload = el("button", { type: "button", click: () => location.reload() }, t("Try again"));
    document.getElementById("status")?.append(" ", reload);
    return null;
  }
}

/** Take the code that came with the address, unless this tab knows it already. */
async function lookAtOffer() {
  const { offered, ...draft } = draftOf(wave);
  if (!offered) return;
  const used = hex(await sha256(utf8(offered)));
  keep(wave, draft.used === used ? draft : { code: offered, used });
  if (remembers) return;
  // Where the browser lets a tab remember nothing, the code goes along in the links to other languages.
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".languages a"))) link.hash = offered;
}
