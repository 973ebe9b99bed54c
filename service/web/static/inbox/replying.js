/**
 * The reply box: a text, a warning where it asks who somebody is, quick acknowledgements, and when it goes out.
 *
 * @import { Opened } from "./types.js"
 */
import { sealMessage } from "../respondent/conversation.js";
import { el } from "../respondent/dom.js";
import { b64u, fromHex } from "../respondent/encoding.js";
import { acknowledgementsIn, languageFor } from "./acknowledgements.js";
import { asks } from "./asking.js";
import { post } from "./data.js";
import { goesOut, nextOut } from "./days.js";
import { draftOf, keepDraft } from "./drafts.js";
import { Fault, checkbox, field, form, tick } from "./forms.js";
import { nextNumber } from "./opening.js";
import { here, nameIn } from "./session.js";

const MOST = 20_000; // characters of a reply

/** @param {Opened} conversation @param {Record<string, unknown>} body Without number and name.
 * @param {"reply" | "acknowledgement"} mark @returns {Promise<string>} When it is let out, in words. */
export async function sendMessage({ item, key, said }, body, mark) {
  const whole = { number: nextNumber(said), name: nameIn(item.channel), ...body };
  const message = { body: whole, attachment: new Uint8Array(0) };
  const content = await sealMessage(key, fromHex(item.conversation), "handlers", message);
  const { day } = await post(`conversations/${item.conversation}/replies`, { content: b64u(content), mark });
  return goesOut(day, here());
}

/**
 * @param {Opened} conversation @param {(told: string) => Promise<unknown>} sent What follows.
 * @param {HTMLElement | false} beside What stands beside the button. @returns {HTMLElement}
 */
export function replyBox(conversation, sent, beside) {
  const { item, language } = conversation;
  const text = el("textarea", { rows: 6, maxlength: MOST, dir: "auto" });
  const acknowledges = checkbox();
  const certain = checkbox();
  const told = el("p", { role: "status" });
  const claim = tick(certain, "");
  const warning = el("div", {}, told, claim);
  text.value = draftOf(item.conversation);
  const look = () => {
    keepDraft(item.conversation, text.value);
    const found = asks(text.value);
    if (Boolean(found) === claim.hidden) certain.checked = false;
    warning.className = found ? "notice warn" : "";
    claim.hidden = !found;
    // Said once, not at every letter.
    const says = found ? "This seems to ask who they are, or when and where it was. Do not: an answer could give them away." : "";
    if (told.textContent !== says) told.textContent = says;
    claim.lastElementChild?.replaceChildren(`It asks for nothing of the kind. (It was “${found}” that seemed to.)`);
  };
  text.addEventListener("input", look);
  const box = form(
    async () => {
      if (!text.value.trim()) throw new Fault("Write something first.", text);
      if (!claim.hidden && !certain.checked) throw new Fault("Take the question out, or tick that it asks for nothing of the kind.", text);
      const kind = acknowledges.checked ? "acknowledgement" : "reply";
      const out = await sendMessage(conversation, { kind, text: text.value.trim() }, kind);
      keepDraft(item.conversation, "");
      await sent(`Your ${kind} is sealed and ${out}.`);
    },
    "Send the reply",
    field("Your reply", text, `Do not ask who they are. It goes out ${nextOut(here())}, so that times do not give people away.`),
    warning,
    quick(language, text, acknowledges, look),
    tick(acknowledges, "This only acknowledges; an answer follows later."),
  );
  look();
  if (beside) box.lastElementChild?.append(beside);
  return el("section", { class: "reply", "aria-label": "Reply" }, box);
}

/** @returns {HTMLElement} */
export const banner = () =>
  el("p", { class: "notice warn" }, "You cannot see who this is, and neither can this server. Do not ask for names, teams or dates that would show it.");

/**
 * @param {string} language @param {HTMLTextAreaElement} text @param {HTMLInputElement} acknowledges @param {() => void} look
 * @returns {HTMLElement}
 */
function quick(language, text, acknowledges, look) {
  const used = languageFor(language);
  const right = used === "ar" ? { lang: used, dir: "rtl" } : { lang: used };
  const buttons = acknowledgementsIn(language).map((one) =>
    el(
      "button",
      {
        type: "button",
        class: "second small",
        ...right,
        click: () => {
          text.value = text.value.trim() ? `${text.value.trim()}\n\n${one.text}` : one.text;
          acknowledges.checked = true;
          look();
          text.focus();
        },
      },
      one.title,
    ),
  );
  return el("div", { class: "quick", role: "group", "aria-label": "Quick acknowledgements" }, el("span", { class: "soft" }, "Quick acknowledgements"), ...buttons);
}
