/** How questions are put on steps. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { minutesOf, stepsOf } from "../../service/web/static/respondent/steps.js";

const questions = (...themes) => themes.map((theme, place) => ({ id: `q${place}`, type: "scale", text: { en: "?" }, reverse: false, theme }));
const sizes = (...themes) => stepsOf(questions(...themes)).map((step) => step.length);
const untold = (number) => Array(number).fill(null);

test("every number of questions has three to five a step, but where there are only one or two", () => {
  for (let number = 1; number <= 60; number += 1) {
    const steps = sizes(...untold(number));
    assert.equal(steps.reduce((sum, size) => sum + size, 0), number);
    assert.ok(number < 3 || steps.every((size) => size >= 3 && size <= 5), `${number}: ${steps}`);
  }
  assert.deepEqual(stepsOf([]), []);
});

test("questions stay in the survey's order", () => {
  const asked = questions("b", "a", "b", "a", "c", "c", "b", "a");
  assert.deepEqual(stepsOf(asked).flat(), asked);
});

test("a new step begins where the theme changes", () => {
  assert.deepEqual(sizes("a", "a", "a", "b", "b", "b", "b", "b", "c", "c", "c"), [3, 5, 3]);
  assert.deepEqual(sizes("a", "a", "a", "a", "a", "b", "b", "b"), [5, 3]);
});

test("a theme of one question joins its neighbours", () => {
  assert.deepEqual(sizes("a", "b", "b", "b"), [4]);
});

test("it takes a minute at least, and longer with comments", () => {
  const text = { id: "t", type: "text", text: {}, reverse: false, theme: null };
  assert.equal(minutesOf({ questions: questions("a"), attributes: [] }), 1);
  const [short, long] = [untold(30), [...untold(30)]].map((themes) => questions(...themes));
  assert.ok(minutesOf({ questions: [...long, text, text], attributes: [] }) > minutesOf({ questions: short, attributes: [] }));
});
