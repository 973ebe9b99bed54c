import assert from "node:assert/strict";
import { test } from "node:test";

import { acknowledgementsIn } from "../../service/web/static/inbox/acknowledgements.js";
import { asks } from "../../service/web/static/inbox/asking.js";
import { goesOut, near, nextOut } from "../../service/web/static/inbox/days.js";
import { RUN, isFrom, repeated, wordsOf } from "../../service/web/static/inbox/quoting.js";

const WRITTEN = ["Shift swaps are often confirmed the evening before. People with children cannot plan."];

test("six words in a row of a conversation are found, whatever their case, accents and punctuation", () => {
  assert.equal(RUN, 6);
  for (const text of [
    "We heard: shift swaps are often confirmed the evening before!",
    "“SHIFT swaps\nare — often, confirmed… the” said somebody.",
    "Shift swaps áre often confirmed thé",
  ]) {
    assert.ok(repeated(text, WRITTEN), text);
  }
  assert.equal(repeated("Somebody wrote that swaps are often confirmed the evening before that day.", WRITTEN), "swaps are often confirmed the evening before");
});

test("five words in a row are free, and so are words in another order or of two messages", () => {
  for (const text of ["Shift swaps are often confirmed late.", "Swaps shift often are confirmed the evening before.", ""]) {
    assert.equal(repeated(text, WRITTEN), null, text);
  }
  assert.equal(repeated("one two three four five six", ["one two three", "four five six"]), null);
});

test("words that the sender let be quoted are free, and no others", () => {
  const quote = "People with children cannot plan.";
  const long = "confirmed the evening before. People with children cannot plan.";
  assert.equal(repeated(`One said: ${quote}`, WRITTEN, [quote]), null);
  assert.equal(repeated(`One said: ${long}`, WRITTEN, [long]), null);
  assert.ok(repeated(`One said: ${long}`, WRITTEN, [quote]));
  assert.ok(repeated(`often ${long}`, WRITTEN, [long]));
});

test("other scripts are compared too", () => {
  const written = ["يتم تأكيد تبديل الورديات في المساء السابق دائمًا"];
  assert.ok(repeated("قيل لنا: يَتِمّ تأكيد تبديل الورديات في المساء", written));
  assert.deepEqual(wordsOf("Größe, ÉTÉ!"), ["große", "ete"]);
});

test("words to be quoted stand in one message as they are", () => {
  assert.ok(isFrom(" People with\nchildren cannot plan. ", WRITTEN));
  for (const wrong of ["people with children", "", " ", "confirmed the evening before people"]) assert.ok(!isFrom(wrong, WRITTEN), wrong);
});

test("a reply that asks who somebody is, is found in each language", () => {
  for (const text of [
    "Who are you?",
    "Could you tell us your name?",
    "Which team do you work in?",
    "What was the date?",
    "Please call me tomorrow.",
    "Wer sind Sie?",
    "In welcher Abteilung arbeiten Sie?",
    "Nennen Sie uns bitte Ihren Namen.",
    "An welchem Tag war das?",
    "Qui êtes-vous ?",
    "Quel est votre service ?",
    "¿Quién es usted?",
    "¿Cuál es su nombre?",
    "من أنت؟",
  ]) {
    assert.ok(asks(text), text);
  }
});

test("harmless replies and every quick acknowledgement ask for nothing", () => {
  for (const text of ["Thank you. Would a fixed 72-hour rule help, or is the problem the approval itself?", "Danke, wir prüfen die Regel.", ""]) {
    assert.equal(asks(text), null, text);
  }
  for (const language of ["en", "de", "fr", "es", "ar"]) {
    assert.ok(acknowledgementsIn(language).length >= 3);
    for (const { title, text } of acknowledgementsIn(language)) assert.equal(asks(text), null, `${language}, ${title}`);
  }
  assert.deepEqual(acknowledgementsIn("xx"), acknowledgementsIn("en"));
});

test("days are said as seen from today, and the next batch is named", () => {
  const before = { today: "2026-11-22", visible: "2026-11-21", hour: 18 };
  const after = { ...before, visible: "2026-11-22" };
  assert.equal(near("2026-11-21", before.today), "yesterday");
  assert.equal(near("2026-11-16", before.today), "Mon, 16 Nov 2026");
  assert.equal(goesOut("2026-11-23", before), "goes out tomorrow at 18:00 UTC");
  assert.equal(nextOut(before), "today at 18:00 UTC");
  assert.equal(nextOut(after), "tomorrow at 18:00 UTC");
  assert.equal(nextOut({ ...after, hour: 24 }), "at once");
});
