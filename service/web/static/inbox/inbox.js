/** The inbox while it is unlocked: the list, the conversation beside it, and the way out. */
import { announce, el, show } from "../respondent/dom.js";
import { putAway, takeOut } from "./drafts.js";
import { act } from "./forms.js";
import { showHandlers } from "./handlers.js";
import { watchIdle } from "./idle.js";
import { conversationList } from "./list.js";
import { read, showNone } from "./reading.js";
import { here, lock, ownKey, refresh } from "./session.js";
import { askPassphrase } from "./unlocking.js";

/** @type {(() => void) | null} */
let stopWatching = null;

/** Show the inbox; a key is unlocked. */
export async function inbox() {
  const key = ownKey();
  if (!key) return askPassphrase(inbox);
  await takeOut(key);
  stopWatching ??= watchIdle({
    warn: () => announce("Nobody has used this page for a while. It is locked in a minute; press any key to go on."),
    calm: () => announce(""),
    lock: () => lockUp("The inbox was locked because nobody used it for 15 minutes. What you had begun to write is still here, sealed to your key."),
  });
  draw();
  return undefined;
}

/** Forget the keys and everything that was opened with them. @param {string} [why] */
function lockUp(why) {
  const key = ownKey();
  if (key) putAway(key);
  stopWatching?.();
  stopWatching = null;
  lock();
  askPassphrase(inbox, why);
}

function draw() {
  const reading = el("section", { class: "reading card", "aria-label": "Conversation" });
  const parts = el("div", { class: "inbox" });
  const open = (/** @type {string} */ id) => {
    list.mark(id);
    parts.classList.add("open");
    void read(reading, id, { back, changed });
  };
  const back = () => {
    parts.classList.remove("open");
    const current = /** @type {HTMLElement | null} */ (parts.querySelector("[aria-current]") ?? parts.querySelector(".entry"));
    current?.focus();
  };
  const list = conversationList(open);
  const changed = async (/** @type {import("./types.js").Item | null} */ item) => {
    if (item === null) {
      list.mark("");
      showNone(reading);
    }
    await list.load();
    if (item === null) back();
  };
  const notices = el("div", {});
  const notice = () => notices.replaceChildren(...waitingForKeys().map((text) => el("p", { class: "notice warn" }, text)));
  const look = async () => {
    await refresh();
    notice();
    await list.load();
  };
  const handlers = async () => {
    await refresh();
    await showHandlers(async () => {
      await refresh();
      draw();
    });
  };
  parts.append(el("section", { class: "list", "aria-label": "Conversations" }, list.part), reading);
  showNone(reading);
  show(
    el("h1", {}, "Feedback inbox"),
    el(
      "div",
      { class: "actions tools" },
      act("Keys and handlers", handlers, "second small"),
      act("Lock now", async () => lockUp(), "second small"),
      act("Look for new messages", look, "second small"),
    ),
    notices,
    parts,
  );
  notice();
  void list.load();
}

/** @returns {string[]} What keeps somebody from reading or writing. */
function waitingForKeys() {
  const told = [];
  for (const { epoch, keys, rotate, handlers } of here().channels) {
    if (epoch === 0) told.push("A channel has no key yet, so nobody can write to it. Make it under “Keys and handlers”.");
    else if (!keys.some((one) => one.epoch === epoch)) told.push("You cannot read a channel yet. A fellow handler must let you in: see “Keys and handlers”.");
    else if (handlers.some((one) => one.public_key !== null && !one.has.includes(epoch))) told.push("A fellow handler waits to be let in: see “Keys and handlers”.");
    if (rotate) told.push("Somebody was taken out of a channel, which needs a new key: see “Keys and handlers”.");
  }
  return [...new Set(told)];
}
