/** What the receipt page believes of the server: nothing that it can check. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { AnswerMissing, numbersOf, stored } from "../../service/web/static/respondent/receipt_actions.js";
import { newReceiptCode } from "../../service/web/static/respondent/sealing.js";

const manifest = { invited: 20 };
const board = { responses: 12, issued: 14, invited: 20, root: "ab".repeat(32) };
const proof = { index: 3, size: 12, path: [] };
const realFetch = globalThis.fetch;
afterEach(() => (globalThis.fetch = realFetch));

test("the board's numbers are taken where they fit the contract and one another", () => {
  assert.deepEqual(numbersOf(manifest, board, proof), { ...board, index: 3 });
});

const CONTRADICTIONS = {
  "more answers than links that were used": [{ ...board, responses: 15 }, { ...proof, size: 15 }],
  "more links used than people": [{ ...board, issued: 21 }, proof],
  "other people than the contract says": [{ ...board, invited: 21 }, proof],
  "a proof of another board": [board, { ...proof, size: 11 }],
  "a number that is a text": [{ ...board, responses: "12" }, { ...proof, size: "12" }],
  "a place below the first": [board, { ...proof, index: -1 }],
  "a root that is none": [{ ...board, root: "no" }, proof],
  "no numbers": [{}, {}],
};
for (const [name, [wrong, said]] of Object.entries(CONTRADICTIONS)) {
  test(`refused: ${name}`, () => assert.throws(() => numbersOf(manifest, wrong, said), { name: "Refused" }));
}

test("the code is in no request, and an unknown one is told as such", async () => {
  const code = newReceiptCode();
  const asked = [];
  globalThis.fetch = async (path, options) => {
    asked.push(path + JSON.stringify(options));
    return new Response("{}", { status: 404 });
  };
  await assert.rejects(stored(manifest, "0".repeat(64), code), AnswerMissing);
  assert.equal(asked.length, 1);
  assert.match(asked[0], /responses\/[0-9a-f]{32}\{/);
  assert.ok(!asked[0].includes(code));
});
