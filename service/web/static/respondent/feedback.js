/**
 * The page to write from: the channels, with all that one should know before writing, and what came of feedback. What
 * writing needs comes while that is read.
 *
 * @import { Card } from "./feedback_card.js"
 */
import "./feedback_link.js";
import { el, show } from "./dom.js";
import { channelCard, readCard, whatCame } from "./feedback_card.js";
import { draft, keepDraft } from "./feedback_draft.js";
import { pageLink, trouble } from "./feedback_trouble.js";
import { letOut } from "./feedback_words.js";
import { remembers } from "./tab.js";
import { loadTexts, t } from "./texts.js";

await loadTexts("feedback");
await open();
// The link that skips to the content changes the address too, and not the page.
addEventListener("popstate", () => void (location.hash === "#main" || open()));

async function open() {
  if (!isSecureContext || !globalThis.crypto?.subtle) return trouble(null);
  try {
    const card = await readCard();
    document.getElementById("instead")?.remove();
    const { opening, sent } = draft();
    const step = history.state?.feedback;
    if (opening || sent || step) return (await writing()).resume(placeOf(card), step);
    await choose(card);
    await writing();
  } catch (error) {
    trouble(error, () => void open());
  }
}

/** @returns {Promise<typeof import("./feedback_writing.js")>} What comes later. */
async function writing() {
  const [part] = await Promise.all([import("./feedback_writing.js"), loadTexts("feedback_writing")]);
  return part;
}

/** @param {Card} card @returns {import("./feedback_writing.js").Place} */
function placeOf(card) {
  return { card, choose: () => choose(card), again: open };
}

/** @param {Card} card */
async function choose(card) {
  const { code, wave } = draft();
  if (!remembers && code) {
    // Where the browser lets a tab remember nothing, the code goes along in the links to other languages.
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".languages a"))) link.hash = code;
  }
  const cards = card.channels.map((channel) => {
    const start = async () => {
      keepDraft({ ...draft(), channel: channel.id });
      (await writing()).begin(placeOf(card));
    };
    const button = el("button", { type: "button", "aria-describedby": `channel-${channel.id}`, click: () => void start().catch((error) => trouble(error, () => void open())) }, t("Write here"));
    return channelCard(channel, code ? button : null);
  });
  const none = el("p", {}, t("No channel is open at the moment."));
  show(
    el("h1", {}, t("Say something, get an answer, stay unknown")),
    el("p", {}, t("Ideas, concerns, thanks, what went well, and what should never have happened. Your words are sealed on this device and opened by those who read the channel alone. Nobody is told who wrote them, the server neither.")),
    el("p", {}, letOut(card.hour)),
    notPromised(),
    code ? null : withoutCode(),
    wave && el("p", { class: "notice" }, t("Your comment is filled in. Whoever reads both the channel and the comments of the survey will see that they come from one person, and no other answer of yours.")),
    ...(cards.length ? await Promise.all(cards) : [none]),
    el("p", {}, pageLink("/feedback/conversation", t("I have a receipt code and want to read the answer"))),
    ...whatCame(card),
  );
}

/** @returns {HTMLElement} */
function notPromised() {
  const open = [
    t("What you write, how you write and what a picture shows can give you away."),
    t("Somebody who watches the network or the server live can see that this page is used, and when."),
    t("Whoever runs the server could serve you altered pages. Their hashes are published, and the command line answers without a browser."),
  ];
  return el("details", {}, el("summary", {}, t("What is not promised")), el("ul", {}, ...open.map((line) => el("li", {}, line))));
}

/** @returns {HTMLElement} How to come to a link. */
function withoutCode() {
  return el(
    "section",
    { class: "notice", id: "without" },
    el("h2", {}, t("To write, open your feedback link")),
    el("p", {}, t("Only those who belong here can write. Everybody gets a feedback link of their own, which opens some conversations each month; the server cannot tell which. Open that link, and you can write here. If you have none, ask whoever runs the surveys where you work.")),
    el("p", {}, t("Whoever is invited to a survey can also have a comment answered: write one there, and choose so after sending.")),
  );
}
