/**
 * A comment on a survey may carry the means to be answered: its author sends it to a channel too, as a conversation
 * with a receipt code of its own. The invitation that draws the token for it is known to the page alone, until it is
 * closed or loaded anew.
 */
import { getJson } from "./api.js";
import { el } from "./dom.js";
import { keepDraft } from "./feedback_draft.js";
import { remembers } from "./tab.js";
import { language, t } from "./texts.js";

/** @type {{invitation?: string, comment?: string}} */
const known = {};

/** Called while the invitation is used. @param {string} invitation */
export const rememberInvitation = (invitation) => void (known.invitation = invitation);

/** Called when the answers are stored. @param {string[]} texts What was written. */
export const rememberComment = (texts) => void (known.comment = texts.filter(Boolean).join("\n\n"));

/**
 * @param {string} wave Hex. @param {boolean} asks Whether the survey asks for comments: then it is looked whether a
 *   channel is open, for everybody alike, so that asking tells nobody who wrote one.
 * @returns {Promise<HTMLElement | null>} The offer, where it can be made.
 */
export async function offer(wave, asks) {
  const { invitation, comment } = known;
  const open = asks && (await getJson("/api/v1/feedback").then((card) => card.channels.length > 0, () => false));
  if (!open || !invitation || !comment || !remembers) return null;
  const go = () => {
    keepDraft({ code: invitation, wave, text: comment });
    location.assign(`/feedback?lang=${language}`);
  };
  return el(
    "section",
    { class: "card no-print" },
    el("h2", {}, t("Do you want an answer to your comment?")),
    el("p", {}, t("You can send it to people who answer, as a conversation with a receipt code of its own. They and whoever reads the comments of the survey can then tell that both come from one person; your other answers stay apart. Note the receipt code above first.")),
    el("div", { class: "actions" }, el("button", { type: "button", class: "second", click: go }, t("Have this comment answered"))),
  );
}
