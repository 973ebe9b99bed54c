/**
 * The notes among handlers of one conversation, and a new one.
 *
 * @import { Opened, SealedNote } from "./types.js"
 */
import { el } from "../respondent/dom.js";
import { b64u, fromB64u, fromHex } from "../respondent/encoding.js";
import { post } from "./data.js";
import { near } from "./days.js";
import { Fault, field, form } from "./forms.js";
import { openNote, sealNote } from "./note_sealing.js";
import { textOf } from "./opening.js";
import { channelKey, channelOf, here, nameIn } from "./session.js";

/** @param {Opened} conversation @param {(told: string) => Promise<unknown>} done @returns {HTMLElement} */
export function notesPart({ item }, done) {
  const text = el("textarea", { rows: 3, maxlength: 3000, dir: "auto" });
  const list = el("ul", { class: "notes" });
  void Promise.all(item.notes.map((note) => noteItem(item, note))).then((items) => list.append(...items));
  const store = async () => {
    if (!text.value.trim()) throw new Fault("Write something first.", text);
    const { epoch } = channelOf(item.channel) ?? item;
    const body = { text: text.value.trim(), name: nameIn(item.channel) };
    const content = await sealNote(await channelKey(item.channel, epoch), fromHex(item.conversation), body);
    await post(`conversations/${item.conversation}/notes`, { epoch, content: b64u(content) });
    await done("The note is sealed for the handlers of this channel.");
  };
  return el(
    "details",
    { open: item.notes.length > 0 },
    el("summary", {}, `Notes among handlers (${item.notes.length})`),
    el("p", { class: "hint" }, "The sender never sees them, and the server cannot read them. They are deleted when the conversation is handed over."),
    list,
    form(store, "Add the note", field("A new note", text)),
  );
}

/** @param {import("./types.js").Item} item @param {SealedNote} note @returns {Promise<HTMLElement>} */
async function noteItem({ conversation, channel }, { epoch, day, content }) {
  try {
    const key = await channelKey(channel, epoch);
    const { text, name } = await openNote(key, fromHex(conversation), fromB64u(content));
    const by = el("p", { class: "by" }, el("strong", {}, el("bdi", {}, textOf(name))), " ", el("span", { class: "soft" }, near(day, here().today)));
    return el("li", {}, by, el("p", { class: "written", dir: "auto" }, textOf(text)));
  } catch {
    return el("li", {}, el("p", { class: "notice warn" }, "A note that your keys do not open."));
  }
}
