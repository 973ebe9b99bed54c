/**
 * What the respondent says about themselves: each attribute alone, or a hierarchy from the top down.
 *
 * @import { Attribute, Level, Manifest } from "./manifest.js"
 */
import { choice } from "./choice.js";
import { el, said } from "./dom.js";
import { inWords, t } from "./texts.js";

const MOST_STACKED = 8; // levels; more are a list to choose from

/** @typedef {Record<string, string>} Levels Level id by attribute id; empty or left out where it is not said. */

/** @param {Manifest} manifest @returns {Attribute[][]} The attributes, those of one hierarchy together from the top. */
export function chainsOf({ attributes }) {
  /** @type {Attribute[][]} */
  const chains = [];
  for (const one of attributes) {
    if (one.parent === null || !chains.length) chains.push([one]);
    else chains[chains.length - 1].push(one);
  }
  return chains;
}

/** @param {Attribute[]} chain @param {Levels} levels @returns {Attribute | undefined} The step that is missing, where the hierarchy is said in part. */
export const missingIn = (chain, levels) => (levels[chain[0].id] ? chain.find((one) => !levels[one.id]) : undefined);

/**
 * @param {Attribute[]} chain
 * @param {Levels} levels
 * @param {(stated: Levels) => void} change Called with what is new.
 * @returns {HTMLElement}
 */
export function chainField(chain, levels, change) {
  if (chain.length > 1) return dependent(chain, levels, change);
  const [{ id, levels: offered }] = chain;
  /** @param {string} level */
  const say = (level) => change({ [id]: level });
  if (offered.length > MOST_STACKED) {
    return el("div", { id: `item-${id}`, class: "item" }, ...chooser(chain[0], offered, levels[id], say));
  }
  return el(
    "fieldset",
    { id: `item-${id}`, class: "item" },
    el("legend", {}, said(chain[0].text)),
    el("div", { class: "options" }, ...offered.map((one) => choice("radio", `a-${id}`, one.id, said(one.text), levels[id] === one.id, () => say(one.id)))),
    choice("radio", `a-${id}`, "", t("I prefer not to say"), !levels[id], () => say(""), "option apart"),
  );
}

/** @param {Attribute[]} chain @param {Levels} levels @param {(stated: Levels) => void} change @returns {HTMLElement} */
function dependent(chain, levels, change) {
  const whole = el("fieldset", { id: `item-${chain[0].id}`, class: "item" });
  const draw = (/** @type {string} */ focused) => {
    const parts = [];
    let parent = /** @type {string | null} */ (null);
    for (const [place, one] of chain.entries()) {
      const offered = one.levels.filter((level) => level.parent === parent);
      if (!offered.length) break;
      parts.push(el("div", { class: "field" }, ...chooser(one, offered, levels[one.id], (level) => say(place, level), place > 0)));
      if (!levels[one.id]) break;
      parent = levels[one.id];
    }
    whole.replaceChildren(el("legend", {}, chain.map((one) => inWords(one.text)).join(" · ")), ...parts);
    document.getElementById(focused)?.focus();
  };
  const say = (/** @type {number} */ place, /** @type {string} */ level) => {
    /** @type {Levels} */
    const stated = {};
    for (const one of chain.slice(place)) stated[one.id] = "";
    let next = level;
    for (const one of chain.slice(place)) {
      stated[one.id] = next;
      const beneath = chain[chain.indexOf(one) + 1]?.levels.filter((below) => below.parent === next) ?? [];
      next = next && beneath.length === 1 ? beneath[0].id : ""; // an only one needs no question
    }
    levels = { ...levels, ...stated };
    change(stated);
    draw(`a-${chain[place].id}`);
  };
  draw("");
  return whole;
}

/**
 * @param {Attribute} attribute @param {Level[]} offered @param {string | undefined} chosen
 * @param {(level: string) => void} say @param {boolean} [below] Whether it is a step below another.
 * @returns {HTMLElement[]}
 */
function chooser(attribute, offered, chosen, say, below = false) {
  const id = `a-${attribute.id}`;
  const list = el("select", { id, autocomplete: "off", "aria-describedby": `${id}-wrong` });
  list.append(el("option", { value: "" }, below ? t("Please choose") : t("I prefer not to say")));
  for (const one of offered) list.append(el("option", { value: one.id, selected: one.id === chosen }, inWords(one.text)));
  list.addEventListener("change", () => say(list.value));
  return [el("label", { for: id }, said(attribute.text)), list, el("p", { id: `${id}-wrong`, class: "wrong", role: "alert" })];
}
