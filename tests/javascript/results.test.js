/** What everybody who was invited reads: sorted for a page, and nothing made up. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { answered, codeIn, displayed, distribution, groups, themeMeans } from "../../service/web/static/respondent/results_rows.js";

const named = (id) => ({ id, text: { en: id } });
const figure = (kind, rest) => ({ table: [], group: {}, figure: kind, question: null, theme: null, option: null, value: 1, low: 0, high: 2, margin: 1, words: null, ...rest });
const north = { table: ["unit"], group: { unit: "north" } };
const unsaid = { table: ["unit"], group: { unit: "not-said" } };

const RESULTS = {
  questions: [
    { ...named("speak"), type: "scale", theme: "openness", options: ["no", "partly", "yes"].map(named) },
    { ...named("advise"), type: "nps", theme: null, options: [] },
    { ...named("hidden"), type: "choice", theme: null, options: [named("one")] },
  ],
  themes: { openness: { en: "Openness" } },
  attributes: [{ ...named("unit"), levels: [named("north")] }],
  figures: [
    figure("count", { value: 12 }),
    figure("share", { question: "speak", option: "yes" }),
    figure("share", { question: "speak", option: "no" }),
    figure("nps", { question: "advise" }),
    figure("mean", { question: "speak" }),
    figure("mean", { theme: "openness" }),
    figure("mean", {}),
    figure("count", north),
    figure("mean", { ...north, theme: "openness", value: 1.5 }),
    figure("share", { ...north, question: "hidden", option: "one" }),
    figure("count", unsaid),
  ],
};

test("a question has the shares that are shown, in the order of its options, and no others", () => {
  const found = distribution(RESULTS);
  assert.deepEqual(found.map(({ question }) => question.id), ["speak", "advise"]);
  assert.deepEqual(found[0].parts.map(({ option }) => option.id), ["no", "yes"]);
  assert.equal(found[1].other.figure, "nps");
});

test("themes have their texts and the best mean there is, and all together have no text", () => {
  assert.deepEqual(themeMeans(RESULTS).map(({ theme, most }) => [theme, most]), [[{ en: "Openness" }, 3], [null, 3]]);
});

test("groups are those whose number is shown, with the means of each alone", () => {
  const found = groups(RESULTS);
  assert.deepEqual(found.map(({ names }) => names), [[{ en: "north" }], [null]]);
  assert.deepEqual(found.map(({ means }) => means.map((one) => one.figure.value)), [[1.5], []]);
});

test("nothing is there where all is withheld", () => {
  const none = { ...RESULTS, figures: [] };
  assert.deepEqual([distribution(none), themeMeans(none), groups(none), answered(none)], [[], [], [], undefined]);
});

test("a value is displayed within its interval, and almost all or none at the end it names", () => {
  assert.equal(displayed(figure("share", { value: 104, low: 80, high: 100 })), 100);
  assert.equal(displayed(figure("share", { value: -3, low: 0, high: 20 })), 0);
  assert.equal(displayed(figure("share", { value: 42, low: 20, high: 60 })), 42);
  assert.equal(displayed(figure("share", { value: null, low: 90, high: 100, words: "almost all" })), 100);
  assert.equal(displayed(figure("share", { value: null, low: 0, high: 9, words: "almost none" })), 0);
});

test("the code is found in a whole link or alone, and nowhere else", () => {
  const code = "q83vEjRWeJCrze8SNFZ4kA";
  for (const text of [code, ` https://pulse.example.org/w/3f1c#${code}\n`, `/w/3f1c?lang=de#${code}`]) assert.equal(codeIn(text), code);
  for (const text of ["", "#", "https://pulse.example.org/w/3f1c", "hello", "/w/3f1c#main", "a b c d e f g h i j"]) assert.equal(codeIn(text), "");
});
