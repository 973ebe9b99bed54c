/**
 * The way through a survey: the promise, the questions, the attributes, the program code, a check, the sending. The browser's Back
 * button goes a step back; its history holds step numbers and nothing else.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { chainField, chainsOf, missingIn } from "./about.js";
import { answerList } from "./check.js";
import { bar, el, show } from "./dom.js";
import { questionField } from "./fields.js";
import { intro } from "./intro.js";
import { tellSoFar } from "./so_far.js";
import { stepsOf } from "./steps.js";
import { draftOf, keep } from "./tab.js";
import { t } from "./texts.js";
import { sizeOfText } from "./written.js";

/** The respondent's steps. */
export class Flow {
  /**
   * @param {Manifest} manifest @param {string} wave Hex. @param {() => void} send Called at "Seal and send".
   * @param {import("./program.js").ProgramCode | null} program Null where the wave is paired with no other.
   */
  constructor(manifest, wave, send, program) {
    this.manifest = manifest;
    this.wave = wave;
    this.send = send;
    this.program = program;
    this.questions = stepsOf(manifest.questions);
    this.chains = chainsOf(manifest);
    this.aboutStep = this.questions.length + 1;
    this.programStep = this.aboutStep + (this.chains.length ? 1 : 0);
    this.checkStep = this.programStep + (program ? 1 : 0);
  }

  /** Whether an answer is to be sealed with a program code that the page does not know any more. */
  get codeIsMissing() {
    return Boolean(this.program?.missing) && !draftOf(this.wave).envelope;
  }

  /** Show the step that the history or the tab remembers, else the first. @param {boolean} there Whether it is shown. */
  resume(there) {
    const step = Number(history.state?.step ?? draftOf(this.wave).step ?? 0);
    history.replaceState({ step }, "");
    if (!there) this.show(step);
    else void tellSoFar(this.wave);
  }

  /** @param {number} step @param {string} [item] Where the focus goes: the id of a question or attribute. */
  go(step, item) {
    history.pushState({ step }, "");
    this.show(step, item);
  }

  /** @param {number} step @param {string} [item] */
  show(step, item) {
    const last = this.codeIsMissing ? this.programStep : this.checkStep;
    const shown = Math.min(Math.max(0, Math.trunc(step) || 0), last);
    keep(this.wave, { ...draftOf(this.wave), step: shown });
    if (shown === 0) this.#showIntro();
    else if (shown === this.checkStep) this.#showCheck();
    else if (this.program && shown === this.programStep) this.#form(shown, this.program.heading(), this.program.parts());
    else if (shown === this.aboutStep) this.#showAbout();
    else this.#showQuestions(shown);
    this.#focus(item);
  }

  #showIntro() {
    const [heading, ...rest] = intro(this.manifest, Boolean(draftOf(this.wave).changing));
    show(heading, ...rest, bar(null, t("Start"), () => this.go(1)));
    void tellSoFar(this.wave);
  }

  /** @param {number} step */
  #showQuestions(step) {
    const asked = this.questions[step - 1];
    const first = this.questions.slice(0, step - 1).flat().length + 1;
    const last = first + asked.length - 1;
    const total = this.manifest.questions.length;
    const given = draftOf(this.wave).questions ?? {};
    const fields = asked.map((one) => questionField(one, given[one.id], (value) => this.#answer(one.id, value)));
    this.#form(step, first === last ? t("Question {last} of {total}", { last, total }) : t("Questions {first} to {last} of {total}", { first, last, total }), fields);
  }

  #showAbout() {
    const why = t("Results are also shown for groups. What you say here puts your answer into its group; it is sealed like everything else. You can leave out any of it.");
    const stated = draftOf(this.wave).attributes ?? {};
    const fields = this.chains.map((chain) => chainField(chain, stated, (levels) => this.#state(levels)));
    this.#form(this.aboutStep, t("About you"), [el("p", {}, why), ...fields]);
  }

  #showCheck() {
    const list = answerList(this.manifest, draftOf(this.wave), (id) => this.#change(id), this.program?.row(() => this.go(this.programStep)));
    show(
      el("h1", {}, t("Check and send")),
      this.#progress(this.checkStep),
      el("p", {}, t("Nothing has been sent yet. You can still change everything.")),
      list,
      bar(() => this.go(this.checkStep - 1), t("Seal and send"), () => this.send()),
    );
  }

  /** @param {number} step @param {string} heading @param {HTMLElement[]} fields */
  #form(step, heading, fields) {
    const onward = () => {
      const fault = this.#faultIn(step);
      if (fault) fault();
      else this.go(step + 1);
    };
    const form = el("form", { novalidate: true, autocomplete: "off" }, ...fields, bar(() => this.go(step - 1), t("Continue"), null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onward();
    });
    show(el("h1", {}, heading), this.#progress(step), form);
  }

  /** @param {number} step @returns {HTMLElement} */
  #progress(step) {
    const [n, total] = [step, this.checkStep];
    return el("div", { class: "progress" }, el("label", { for: "progress" }, t("Step {n} of {total}", { n, total })), el("progress", { id: "progress", value: n, max: total }));
  }

  /** @param {string} id @param {any} value */
  #answer(id, value) {
    const draft = draftOf(this.wave);
    const questions = { ...draft.questions, [id]: value };
    if (value === undefined) delete questions[id];
    keep(this.wave, { ...draft, questions });
  }

  /** @param {Record<string, string>} levels */
  #state(levels) {
    const draft = draftOf(this.wave);
    keep(this.wave, { ...draft, attributes: { ...draft.attributes, ...levels } });
  }

  /** @param {string} id Of a question or attribute. */
  #change(id) {
    const step = this.questions.findIndex((asked) => asked.some((one) => one.id === id)) + 1;
    this.go(step || this.aboutStep, id);
  }

  /** @param {number} step @returns {(() => void) | null} What to do about the first thing that cannot stay as it is. */
  #faultIn(step) {
    if (this.program && step === this.programStep) return this.program.fault();
    const draft = draftOf(this.wave);
    const long = this.questions[step - 1]?.find((one) => one.type === "text" && sizeOfText(draft.questions?.[one.id] ?? "") > (one.max_bytes ?? 0));
    if (long) return () => document.getElementById(`q-${long.id}`)?.focus();
    if (step !== this.aboutStep) return null;
    const missing = this.chains.map((chain) => missingIn(chain, draft.attributes ?? {})).find(Boolean);
    if (!missing) return null;
    return () => {
      const text = t("Please choose here too, or choose “I prefer not to say” at the top of this group.");
      const place = document.getElementById(`a-${missing.id}-wrong`);
      if (place) place.textContent = text;
      document.getElementById(`a-${missing.id}`)?.setAttribute("aria-invalid", "true");
      document.getElementById(`a-${missing.id}`)?.focus();
    };
  }

  /** @param {string} [id] */
  #focus(id) {
    if (!id) return;
    const item = document.getElementById(`item-${id}`) ?? document.getElementById(`a-${id}`)?.parentElement;
    if (!item) return;
    item.scrollIntoView();
    /** @type {HTMLElement | null} */ (item.querySelector("input:checked, input, select, textarea"))?.focus({ preventScroll: true });
  }
}
