/**
 * The first page: what is promised, in words made from the manifest alone.
 *
 * @import { Manifest } from "./manifest.js"
 */
import { el, said } from "./dom.js";
import { guessOfAnswers, guessOfPresence, lossOf } from "./guess.js";
import { minutesOf } from "./steps.js";
import { remembers } from "./tab.js";
import { moment, t } from "./texts.js";

/** @param {Manifest} manifest @param {boolean} changing @returns {[HTMLElement, ...HTMLElement[]]} The heading and the rest. */
export function intro(manifest, changing) {
  const { policy, invited } = manifest;
  const length = t("Questions: {questions}. Time: about {minutes} min.", {
    questions: manifest.questions.length,
    minutes: minutesOf(manifest),
  });
  const promises = [
    t("Your browser seals your answers before it sends them. They are opened only after the close, all together, and nobody can tell which are yours."),
    t("No group of fewer than {k} people is ever shown.", { k: policy.k }),
    t("Every number gets random noise. With the results, somebody who guesses between two answers of yours is right in at most {percent} of 100 cases; by tossing a coin it would be 50.", {
      percent: guessOfAnswers(lossOf(manifest)),
    }),
  ];
  const rest = [
    el("p", {}, t("{host} asks. Invited: {invited} people.", { host: location.host, invited }), " ", length),
    el("p", {}, t("Open until {moment}.", { moment: moment(manifest.closes_at) })),
    el("p", { id: "so-far", hidden: true }),
    el("h2", {}, t("What is promised")),
    el("ol", { class: "promises" }, ...promises.map((text) => el("li", {}, text))),
    invited < 2 * policy.k ? warning(t("Only {invited} people are invited. In so small a circle others may recognise how somebody writes or what only one person knows. Leave out whatever you are unsure about.", { invited })) : null,
    changing ? el("p", { class: "notice" }, t("You are changing an answer that you sent before. What you choose now replaces all of it; the old answer stays sealed and cannot be shown here.")) : null,
    remembers ? null : warning(t("This browser does not let the page remember anything. Do not reload it or change the language before you have sent your answers.")),
    details(manifest),
  ];
  return [el("h1", {}, said(manifest.survey.title)), ...rest.filter((part) => part !== null)];
}

/** @param {string} text @returns {HTMLElement} */
const warning = (text) => el("p", { class: "notice warn" }, text);

/** @param {Manifest} manifest @returns {HTMLElement} */
function details(manifest) {
  const { policy, questions, attributes, pairing, retention_days: days } = manifest;
  const texts = questions.some((question) => question.type === "text");
  const can = [
    t("That you were invited, and how many people take part, in total and in large groups."),
    t("After the close: results for everybody and for groups of at least {k} people, each number with noise.", { k: policy.k }),
    texts && t("Comments word for word and in mixed order, with nothing else beside them, if at least {count} people wrote one.", { count: policy.comment_k }),
  ];
  const cannot = [
    t("What you answered, or whether you sent an answer at all: from the results, somebody who guesses that is right in at most {percent} of 100 cases.", { percent: guessOfPresence(lossOf(manifest)) }),
    t("Any answer or number before the close, or a single answer after it."),
    t("When you answered, or from which device or place. None of that is stored."),
  ];
  const open = [
    t("Whoever runs the server can find out that your link was opened, but not whether you answered. Somebody who watches your network live can see that you took part, and when."),
    t("Whoever runs the server could serve you altered pages. Their hashes are published, and the command line answers without a browser."),
    texts && t("What you write about yourself in a comment, or how you write, can give you away."),
    attributes.length > 0 && t("What you say about yourself is part of the sealed answer. You can always leave it out; then you are in no group."),
  ];
  return el(
    "details",
    {},
    el("summary", {}, t("What your employer can and cannot see")),
    ...part(t("Your employer can see"), can),
    ...part(t("Your employer cannot see"), cannot),
    ...part(t("What is not promised"), open),
    pairing && el("p", {}, t("Whoever likes can have answers compared with those to another survey. You are asked about that before you send, with all that is kept for it.")),
    el("p", {}, t("Sealed answers are deleted {days} days after the close. Every question may be skipped, and until the close you can change your answer or take it back.", { days })),
  );
}

/** @param {string} title @param {(string | false)[]} lines @returns {HTMLElement[]} */
const part = (title, lines) => [
  el("h3", {}, title),
  el("ul", {}, ...lines.filter((line) => line !== false).map((line) => el("li", {}, line))),
];
