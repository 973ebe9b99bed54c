/** The pages for what can go wrong with feedback: what happened, and what to do. */
import { ApiError } from "./api.js";
import { el, show } from "./dom.js";
import { Refused } from "./errors.js";
import { language, t } from "./texts.js";

/** @typedef {"insecure" | "used" | "spent" | "unknown" | "full" | "changed" | "guesses" | "refused" | "distrust" | "unreachable"} Trouble */

/** @param {Trouble} kind @returns {[string, string]} The heading and what to do. */
function words(kind) {
  switch (kind) {
    case "insecure":
      return [
        t("This connection cannot keep your words secret"),
        t("The page was opened without encryption, or by a browser that is too old. Nothing was sent."),
      ];
    case "used":
      return [
        t("This link opens no conversation now"),
        t("It may be used up for this month, withdrawn, or cut off. Copy the whole link and open it again, wait for next month, or ask whoever gave it to you for another. What you wrote stays in this tab."),
      ];
    case "unknown":
      return [
        t("There is no conversation under this code"),
        t("Compare the code with the one you wrote down. A conversation that was deleted, or whose time is over, is gone."),
      ];
    case "full":
      return [
        t("This conversation takes no more messages today"),
        t("A conversation takes 20 messages of yours a day and 50 in all. Write again tomorrow, or open another conversation with your feedback link."),
      ];
    case "changed":
      return [
        t("The channels have changed in the meantime"),
        t("Nothing was stored, and what you wrote stays in this tab. Look at the channels again before you send it."),
      ];
    case "spent":
      return [
        t("A message with this ticket was stored before"),
        t("It was sent from a copy of this tab, and its receipt code is there. What stands here was not stored. You can send it with another ticket."),
      ];
    case "guesses":
      return [t("Too many codes were tried lately, by whomever"), t("Wait a minute, then try yours again.")];
    case "refused":
      return [
        t("The server does not take this message"),
        t("Nothing was stored. What you wrote stays in this tab. Try once more, and if it stays like this, tell whoever gave you the link."),
      ];
    case "distrust":
      return [
        t("The server's reply does not hold"),
        t("It is not what it should be, so it is not believed. What you wrote stays in this tab. Try again, and if it stays like this, tell whoever gave you the link, or your works council."),
      ];
    case "unreachable":
      return [
        t("No connection"),
        t("The server cannot be reached at the moment. What you wrote stays in this tab. Keep the tab open and try again."),
      ];
  }
}

/** @param {unknown} error @returns {Trouble} */
export function kindOf(error) {
  if (!isSecureContext || !globalThis.crypto?.subtle) return "insecure";
  if (error instanceof Refused) return "distrust";
  if (!(error instanceof ApiError)) return "unreachable";
  if (error.id === "too-many-guesses") return "guesses";
  if (error.passing) return "unreachable";
  if (error.id === "conversation-full") return "full";
  if (error.id === "token-spent") return "spent";
  if (error.status === 409) return "changed";
  if (error.status === 403) return "used";
  return error.status === 404 ? "unknown" : "refused";
}

/** Show the page for an error. @param {unknown} error @param {() => void} [again] @param {() => void} [back] */
export function trouble(error, again, back) {
  const kind = kindOf(error);
  const [heading, text] = words(kind);
  const buttons = [
    again && kind !== "insecure" && el("button", { type: "button", click: again }, t("Try again")),
    back && kind !== "insecure" && el("button", { type: "button", class: "second", click: back }, t("Back")),
  ];
  show(el("h1", {}, heading), el("p", {}, text), el("div", { class: "actions" }, ...buttons));
  const instead = document.getElementById("instead");
  if (kind === "insecure") instead?.removeAttribute("class");
  else instead?.remove();
}

/** @param {"/feedback" | "/feedback/conversation"} page @param {string} text @returns {HTMLElement} */
export const pageLink = (page, text) => el("a", { class: "way", href: `${page}?lang=${language}` }, text);
