/**
 * From the invitation to the receipt. Whatever is on its way is kept in the tab first, and sent again as the same
 * bytes: the server takes them once.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { address, ApiError, getBytes, post } from "./api.js";
import { rememberComment, rememberInvitation } from "./answerable.js";
import { encode } from "./answers.js";
import { b64u, equal, fromB64u, fromHex, hex } from "./encoding.js";
import { checkReceipt, leafOf, locatorOf, newReceiptCode, reseal, seal } from "./sealing.js";
import { draftOf, keep } from "./tab.js";
import { finalize, loadDraw, newDraw, saveDraw } from "./tokens.js";

/** There is neither an invitation nor a token in this tab. */
export class NoInvitation extends Error {}

/** The answer behind the receipt code cannot be replaced: another change of it was stored in between. */
export class Overtaken extends Error {}

/** @type {Promise<void> | null} */
let drawing = null;

/**
 * Draw the token if this tab has none yet. Calls at the same time share one request.
 * @param {Manifest} manifest @param {string} wave
 * @returns {Promise<void>}
 * @throws {NoInvitation} @throws {ApiError} 403 where the link was used elsewhere, 409 where the wave is not open.
 */
export function drawToken(manifest, wave) {
  drawing ??= draw(manifest, wave).finally(() => (drawing = null));
  return drawing;
}

/** @param {Manifest} manifest @param {string} wave @returns {Promise<void>} */
async function draw(manifest, wave) {
  const before = draftOf(wave);
  if (before.token || before.changing) return;
  if (!before.code) throw new NoInvitation();
  const draw = before.draw ? await loadDraw(/** @type {any} */ (before.draw)) : await newDraw(manifest, wave);
  keep(wave, { ...draftOf(wave), draw: saveDraw(draw) });
  const reply = await post(address(wave, "tokens"), { invitation: before.code, blinded_message: b64u(draw.blinded) });
  const token = await finalize(draw.state, fromB64u(String(reply.blind_signature)));
  const { code = "", ...rest } = draftOf(wave);
  rememberInvitation(code);
  keep(wave, { ...rest, token: b64u(token) });
}

/**
 * Seal what the draft says, once: an envelope that is kept already stays as it is.
 * @param {Manifest} manifest @param {string} wave
 * @param {import("./types.js").Bytes | null} tag Of a program code.
 * @returns {Promise<void>}
 * @throws {NoInvitation} @throws {ApiError}
 */
export async function sealDraft(manifest, wave, tag) {
  if (draftOf(wave).envelope) return;
  await drawToken(manifest, wave);
  const draft = draftOf(wave);
  const plaintext = encode(manifest, { ...said(manifest, draft), tag });
  const receiptCode = draft.changing ?? newReceiptCode();
  let envelope;
  if (draft.changing) {
    const stored = await getBytes(address(wave, `responses/${hex(await locatorOf(wave, draft.changing))}`));
    envelope = await reseal({ manifest, wave, envelope: stored, code: draft.changing, plaintext });
  } else {
    const token = fromB64u(draft.token ?? "");
    const { pseudonym } = await loadDraw(/** @type {any} */ (draft.draw));
    ({ envelope } = await seal({ manifest, wave, draw: { pseudonym }, token, sequence: 1, plaintext, receiptCode }));
  }
  keep(wave, { ...draftOf(wave), envelope: b64u(envelope), receiptCode });
}

/**
 * Hand in the sealed answer and check the receipt; then the tab forgets everything but that.
 * @param {Manifest} manifest @param {string} wave
 * @returns {Promise<void>}
 * @throws {ApiError} @throws {Overtaken}
 */
export async function handIn(manifest, wave) {
  const draft = draftOf(wave);
  const envelope = fromB64u(draft.envelope ?? "");
  const reply = await post(address(wave, "responses"), envelope).catch((error) => refused(error, wave, draft));
  const leaf = await leafOf(envelope);
  if (!equal(leaf, fromHex(String(reply.leaf)))) throw new ApiError(0, "");
  const signature = fromB64u(String(reply.signature));
  await checkReceipt(manifest, wave, leaf, signature);
  rememberComment(manifest.questions.filter(({ type }) => type === "text").map(({ id }) => draft.questions?.[id]?.trim() ?? ""));
  keep(wave, { used: draft.used, typed: draft.typed, receiptCode: draft.receiptCode, receipt: { leaf: hex(leaf), signature: b64u(signature) } });
}

/** @param {unknown} error @param {string} wave @param {import("./tab.js").Draft} draft @returns {never} */
function refused(error, wave, draft) {
  if (error instanceof ApiError && error.status === 422) {
    // What was sealed for a first answer is kept as proof; a change can be sealed anew on what is stored now.
    if (draft.changing) keep(wave, { ...draft, envelope: undefined, receiptCode: undefined });
    throw new Overtaken();
  }
  throw error;
}

/** @param {Manifest} manifest @param {import("./tab.js").Draft} draft @returns {import("./answers.js").Answers} */
function said(manifest, { questions = {}, attributes = {} }) {
  const given = Object.entries(questions).map(([id, value]) => [id, typeof value === "string" ? value.trim() || null : value]);
  const known = new Set(manifest.attributes.map((one) => one.id));
  const stated = Object.entries(attributes).filter(([id, level]) => level && known.has(id));
  return { questions: Object.fromEntries(given), attributes: Object.fromEntries(stated) };
}
