/** What a comment seems to give away, by patterns alone. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { hintsFor } from "../../service/web/static/respondent/hints.js";

const kinds = (text) => hintsFor(text).map((hint) => hint.kind);

const IDENTIFYING = [
  ["email", "Write to anna.berger+team@example.co.uk about it.", "anna.berger+team@example.co.uk"],
  ["handle", "Ask @anna_b, she was there.", "@anna_b"],
  ["number", "My employee number: 4711 is on the list.", "employee number: 4711"],
  ["number", "Personalnummer 00815 fehlt.", "Personalnummer 00815"],
  ["number", "Le badge n° 5521 ne marche pas.", "badge n° 5521"],
  ["number", "Whoever is E-20417 knows.", "E-20417"],
  ["number", "الرقم الوظيفي: ٤٧١١", "الوظيفي: ٤٧١١"],
  ["phone", "Call +49 (30) 1234-567 after six.", "+49 (30) 1234-567"],
  ["role", "and my manager Anna laughs", "my manager Anna"],
  ["role", "Weil meine Chefin Müller nie da ist", "meine Chefin Müller"],
  ["role", "Ma responsable Claire écoute.", "Ma responsable Claire"],
  ["role", "mi jefe Pablo no escucha", "mi jefe Pablo"],
  ["name", "I think Anna Berger should decide.", "Anna Berger"],
  ["name", "Anna Berger should decide.", "Anna Berger"],
  ["name", "Frag Frau Özdemir danach.", "Frau Özdemir"],
  ["name", "تحدثت مع السيدة فاطمة أمس", "السيدة فاطمة"],
];

for (const [kind, text, found] of IDENTIFYING) {
  test(`${kind} is found in: ${text}`, () => {
    assert.ok(hintsFor(text).some((hint) => hint.kind === kind && hint.found.trim() === found), JSON.stringify(hintsFor(text)));
  });
}

const HARMLESS = [
  "",
  "I would speak up more if decisions were explained.",
  "My manager listens, and my team lead does too.",
  "The Team is fine. Our Product is late.",
  "Die Zusammenarbeit im Team ist gut. Unsere Leitung hört zu.",
  "Wir haben 12 von 40 Stunden in Besprechungen, seit 2024.",
  "Nous avons 3 réunions par jour, de 9 à 11 h.",
  "Las reuniones duran 90 minutos.",
  "مديري يستمع إلينا ونحن نعمل جيدًا معًا.",
];

for (const text of HARMLESS) {
  test(`nothing is found in: ${text}`, () => assert.deepEqual(hintsFor(text), []));
}

test("each kind is told once, whatever a text names", () => {
  const text = "Anna Berger, Carl Dorn, a@b.example, c@d.example, +49 30 1234567, +49 30 7654321";
  assert.deepEqual(kinds(text), ["email", "phone", "name"]);
});

test("a long text gives no more hints than there are kinds", () => {
  const text = "Aa ".repeat(20_000) + "1 ".repeat(20_000) + "a".repeat(20_000) + "@";
  assert.ok(hintsFor(text).length < 6);
});
