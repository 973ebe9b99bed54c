/**
 * Answers calls from Python: a line of JSON `{call, arguments}` in, `{value}` or `{error, message, problems}` out.
 * Bytes are base64url behind a `bytes:`, sets are `{"set": [...]}`.
 */
import { createInterface } from "node:readline";

import * as answers from "../../service/web/static/respondent/answers.js";
import * as attachments from "../../service/web/static/respondent/attachments.js";
import * as conversation from "../../service/web/static/respondent/conversation.js";
import { b64u, fromB64u } from "../../service/web/static/respondent/encoding.js";
import * as manifest from "../../service/web/static/respondent/manifest.js";
import * as programCode from "../../service/web/static/respondent/program_code.js";
import * as sealing from "../../service/web/static/respondent/sealing.js";
import * as tokens from "../../service/web/static/respondent/tokens.js";

const MARK = "bytes:";
const calls = {
  ...answers,
  ...attachments,
  ...conversation,
  ...manifest,
  ...programCode,
  ...sealing,
  ...tokens,
  async saveNewDraw(contract, wave) {
    return tokens.saveDraw(await tokens.newDraw(contract, wave));
  },
  async finalizeSaved(saved, blindSignature) {
    return tokens.finalize((await tokens.loadDraw(saved)).state, blindSignature);
  },
  async sealSaved({ saved, ...parts }) {
    return sealing.seal({ ...parts, draw: await tokens.loadDraw(saved) });
  },
  async openedByScalar(period, scalar, point, parts) {
    return conversation.openConversation({ ...parts, pseudonym: await tokens.pseudonymOf(period, scalar, point) });
  },
  async addedByScalar(period, scalar, point, ...parts) {
    const [name, mark, content] = parts;
    return conversation.addMessage(name, await tokens.pseudonymOf(period, scalar, point), mark, content);
  },
  async deletedByScalar(period, scalar, point, name) {
    return conversation.deleteConversation(name, await tokens.pseudonymOf(period, scalar, point));
  },
  async unlockedBy(code, locker, point) {
    return b64u((await conversation.unlockSender(code, locker, point)).privateScalar);
  },
  async unlockedScalar(...parts) {
    const { pseudonym, token, sequence } = await sealing.unlock(...parts);
    return { scalar: pseudonym.privateScalar, token, sequence };
  },
};

const revive = (_, value) => {
  if (typeof value === "string" && value.startsWith(MARK)) return fromB64u(value.slice(MARK.length));
  return Array.isArray(value?.set) ? new Set(value.set) : value;
};
const replace = (_, value) => (value instanceof Uint8Array ? MARK + b64u(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line, revive);
  let reply;
  try {
    reply = { value: (await calls[request.call](...request.arguments)) ?? null };
  } catch ({ name, message, problems }) {
    reply = { error: name, message, problems };
  }
  process.stdout.write(`${JSON.stringify(reply, replace)}\n`);
}
