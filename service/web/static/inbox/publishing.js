/**
 * Making public what came of a conversation: asking its sender whether words may be quoted, and "you said, we did",
 * which repeats nothing of the conversation but such a quote.
 *
 * @import { Opened } from "./types.js"
 */
import { el } from "../respondent/dom.js";
import { post } from "./data.js";
import { Fault, checkbox, field, form, select, tick } from "./forms.js";
import { textOf, writtenIn } from "./opening.js";
import { RUN, isFrom, repeated } from "./quoting.js";
import { sendMessage } from "./replying.js";
import { channelOf } from "./session.js";
import { inEnglish } from "./words.js";

/** @typedef {(told: string) => Promise<unknown>} Done */

/** @type {[string, string][]} */
const LANGUAGES = [["en", "English"], ["de", "German"], ["fr", "French"], ["es", "Spanish"], ["ar", "Arabic"]];
/** @type {[string, string][]} */
const STATES = [["planned", "Planned"], ["doing", "Being done"], ["done", "Done"]];
const QUESTION = "May we quote these words of yours, without saying who wrote them? You need not answer. If somebody could know you by them, say no.";

/** @param {Opened} conversation @param {Done} done @returns {HTMLElement} */
export function quotePart(conversation, done) {
  const quote = el("textarea", { rows: 3, dir: "auto" });
  const text = el("textarea", { rows: 3, dir: "auto" });
  text.value = QUESTION;
  const ask = async () => {
    const written = conversation.said.filter((one) => one.from === "sender").map((one) => textOf(one.body.text));
    if (!isFrom(quote.value, written)) throw new Fault("These are not words of the sender. Copy them from a message as they stand.", quote);
    const out = await sendMessage(conversation, { kind: "quote-question", text: text.value.trim(), quote: quote.value.trim() }, "reply");
    await done(`The question is sealed and ${out}.`);
  };
  return el(
    "details",
    {},
    el("summary", {}, "Ask whether words may be quoted"),
    form(ask, "Ask", field("The words", quote, "As the sender wrote them."), field("What you ask", text)),
  );
}

/** @param {Opened} conversation @param {Done} done @returns {HTMLElement} */
export function saidPart(conversation, done) {
  const { item, quotes } = conversation;
  const channel = channelOf(item.channel);
  const said = texts();
  const did = texts();
  const themes = (channel?.themes ?? []).map(({ id, text }) => /** @type {[string, string]} */ ([id, inEnglish(text)]));
  const theme = select([["", "None"], ...themes], item.theme ?? "");
  const state = select(STATES, "planned");
  const quote = select([["", "No quote"], ...quotes.map(({ text }, place) => /** @type {[string, string]} */ ([String(place), text]))], "");
  const published = checkbox();
  const store = async () => {
    for (const input of [said.en, did.en]) if (!input.value.trim()) throw new Fault("Write it in English at least.", input);
    const chosen = quote.value === "" ? null : quotes[Number(quote.value)];
    refuseRepeats([...Object.values(said), ...Object.values(did)], conversation);
    await post("said", {
      channel: item.channel,
      theme: theme.value || null,
      said: filled(said),
      did: filled(did),
      state: state.value,
      published: published.checked,
      quote: chosen && { conversation: item.conversation, ...chosen },
    });
    await done("It is stored, and nothing in it leads back to this conversation.");
  };
  return el(
    "details",
    {},
    el("summary", {}, "You said, we did"),
    el("p", {}, `Tell everybody what came of this, in your own words. A text that repeats ${RUN} or more words in a row of the conversation is refused here, unless its sender agreed to be quoted with them.`),
    form(
      store,
      "Store what came of it",
      ...fields(said, "What was said"),
      ...fields(did, "What is done"),
      el("div", { class: "columns" }, field("Theme of it", theme), field("State of it", state)),
      quotes.length > 0 && field("Quote", quote, "Words that the sender agreed to, with a signature that holds."),
      tick(published, "Published to everybody"),
    ),
  );
}

/** @typedef {Record<string, HTMLTextAreaElement>} Inputs */

/** @returns {Inputs} A text in each language. */
const texts = () => Object.fromEntries(LANGUAGES.map(([id]) => [id, el("textarea", { rows: 2, lang: id, dir: "auto", maxlength: 2000 })]));

/** @param {Inputs} inputs @param {string} what @returns {HTMLElement[]} English, and the others where they are asked for. */
function fields(inputs, what) {
  const [english, ...others] = LANGUAGES.map(([id, name]) => field(`${what}, in ${name}`, inputs[id]));
  return [english, el("details", {}, el("summary", {}, `${what}, in other languages`), ...others)];
}

/** @param {Inputs} inputs @returns {Record<string, string>} */
const filled = (inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([id, { value }]) => [id, value.trim()]).filter(([, value]) => value));

/** @param {HTMLTextAreaElement[]} inputs @param {Opened} conversation @throws {Fault} for words of the conversation. */
function refuseRepeats(inputs, conversation) {
  const written = writtenIn(conversation);
  const allowed = conversation.quotes.map((one) => one.text);
  for (const input of inputs) {
    const run = repeated(input.value, written, allowed);
    if (run) throw new Fault(`This repeats the conversation: “${run}”. Say it in other words, or ask the sender whether you may quote it.`, input);
  }
}
