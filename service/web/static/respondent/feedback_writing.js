/**
 * Writing to a channel: the message, a check, the sending, and the receipt code.
 *
 * @import { Card, Channel } from "./feedback_card.js"
 * @import { Picture } from "./feedback_sending.js"
 */
import { ApiError } from "./api.js";
import { SUBJECT_BYTES } from "./conversation.js";
import { announce, bar, el, said, show } from "./dom.js";
import { showStored } from "./feedback_done.js";
import { draft, keepDraft } from "./feedback_draft.js";
import { messageField, subjectField } from "./feedback_fields.js";
import { painted, pictureField } from "./feedback_picture.js";
import { NoCode, drawToken, fits, handIn, sealDraft } from "./feedback_sending.js";
import { trouble } from "./feedback_trouble.js";
import { letOut, listed } from "./feedback_words.js";
import { language, t } from "./texts.js";

/** @typedef {"write" | "check"} Step The browser's history holds it and nothing else. */

const BEGUN = 20; // characters

/** Chosen for the message; kept by the page alone. @type {Picture | null} */
let picture = null;

/**
 * @typedef {object} Place
 * @property {Card} card
 * @property {() => unknown} choose Shows the channels.
 * @property {() => unknown} again Reads the channels anew and shows the page that is due.
 */

/** @param {Place} place */
export function begin(place) {
  history.pushState({ feedback: "write" }, "");
  write(place);
}

/** Show the page that is due. @param {Place} place @param {Step} [step] */
export function resume(place, step) {
  const { opening, sent } = draft();
  if (sent) showStored(place);
  else if (opening) void send(place);
  else if (step === "check") check(place);
  else write(place);
}

/** @param {Place} place @returns {Channel | undefined} The one that was chosen. */
const chosen = ({ card }) => card.channels.find(({ id }) => id === draft().channel);

/** @param {Place} place */
function write(place) {
  const channel = chosen(place);
  if (!channel) return void place.choose();
  const { subject = "", text = "" } = draft();
  const about = subjectField(subject, SUBJECT_BYTES, (now) => keepDraft({ ...draft(), subject: now }));
  const message = messageField(t("Your message"), text, (now) => {
    keepDraft({ ...draft(), text: now });
    // While it is being written, so that the drawing and the sending do not come one right after the other. Whoever
    // only looks at the page uses nothing up. What goes wrong is told at the sending.
    if (now.length > BEGUN) drawToken(place.card).catch(() => {});
  });
  const attached = pictureField(picture);
  const onward = async () => {
    picture = await attached.chosen();
    if (about.fault() || message.fault()) return;
    if (!fits(message.text(), picture)) return announce(t("The text and the picture are too large together. Shorten the text or leave the picture out."));
    history.pushState({ feedback: "check" }, "");
    check(place);
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void onward();
  };
  show(
    el("h1", {}, t("Your message")),
    el("p", {}, t("It goes to:"), " ", el("strong", {}, said(channel.notice.name)), ". ", t("Who reads it"), ": ", el("bdi", {}, listed(channel.handlers))),
    el("form", { novalidate: true, autocomplete: "off", submit }, about.field, message.field, attached.field, bar(() => history.back(), t("Continue"), null)),
  );
}

/** @param {Place} place */
function check(place) {
  const channel = chosen(place);
  const { subject = "", text = "" } = draft();
  if (!channel || !subject.trim() || !text.trim()) return write(place);
  /** @type {[string, string | HTMLElement][]} */
  const rows = [
    [t("It goes to:"), said(channel.notice.name)],
    [t("What it is about"), el("bdi", { dir: "auto" }, subject.trim())],
    [t("Your message"), el("bdi", { dir: "auto", class: "written" }, text.trim())],
  ];
  if (picture) rows.push([t("A picture"), painted(picture.bytes, t("The picture that goes along"))]);
  show(
    el("h1", {}, t("Check and send")),
    el("p", {}, t("Nothing has been sent yet. You can still change everything.")),
    el("dl", { class: "answers" }, ...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, el("div", { class: "given" }, value))))),
    el("p", {}, letOut(place.card.hour)),
    bar(() => history.back(), t("Seal and send"), () => void send(place)),
  );
}

/** Seal, send and tell how far it is. @param {Place} place */
async function send(place) {
  const steps = [t("Seal your message on this device"), t("Send the sealed message")].map((text) => el("li", {}, text));
  show(el("h1", {}, t("Sealing and sending")), el("ol", { class: "sending" }, ...steps));
  try {
    if (!draft().opening) {
      const channel = chosen(place);
      if (!channel) throw new ApiError(409, "");
      await drawToken(place.card);
      await sealDraft(channel, picture, language);
    }
    steps[0].className = "ready";
    await handIn();
    picture = null;
    showStored(place);
  } catch (error) {
    if (error instanceof NoCode) place.choose();
    else trouble(error, () => void place.again(), draft().opening ? undefined : () => write(place));
  }
}
