// The shapes of what the inbox's modules pass to one another, and of what /inbox/data answers.

import type { Bytes } from "../respondent/types.js";

/** By language. */
export type Texts = Record<string, string>;

/** A private key of P-256: its scalar (32 bytes), its point (65), and the same for WebCrypto. */
export interface PrivateKey {
  scalar: Bytes;
  publicKey: Bytes;
  key: CryptoKey;
}

/** How the server keeps a handler's private key. Bytes are base64url. */
export interface Locks {
  iterations: number;
  by_passphrase: string;
  by_recovery: string;
}

export interface HandlerKey extends Locks {
  public_key: string;
}

export interface Fellow {
  user_id: string;
  name: string;
  public_key: string | null;
  has: number[];
}

export interface Channel {
  id: string;
  notice: Record<string, Texts>;
  themes: { id: string; text: Texts }[];
  epoch: number;
  public_key: string | null;
  rotate: boolean;
  kept_days: number;
  acknowledge_days: number;
  answer_days: number;
  handlers: Fellow[];
  keys: { epoch: number; sealed: string }[];
  epochs: { epoch: number; public_key: string }[];
}

export interface Me {
  user: { id: string; name: string };
  csrf: string;
  hour: number;
  key: HandlerKey | null;
  channels: Channel[];
  today: string;
  visible: string;
}

export interface Item {
  conversation: string;
  channel: string;
  epoch: number;
  sealed_key: string;
  subject: string;
  day: string;
  last_day: string;
  state: "new" | "acknowledged" | "working" | "resolved";
  theme: string | null;
  assigned: string | null;
  verdict: "resolved" | "not-resolved" | null;
  unread: boolean;
  waiting_since: string | null;
  acknowledge_by: string | null;
  answer_by: string | null;
  overdue: "acknowledge" | "answer" | null;
  delete_on: string;
}

export interface SealedMessage {
  id: string;
  from: "sender" | "handlers";
  mark: string | null;
  day: string;
  out: boolean;
  content: string;
}

export interface SealedNote {
  id: string;
  epoch: number;
  day: string;
  content: string;
}

export interface Conversation extends Item {
  messages: SealedMessage[];
  notes: SealedNote[];
}

/** What one side wrote, opened. `spoiled` where it could not be, and then the body is empty. */
export interface Said {
  id: string;
  from: "sender" | "handlers";
  mark: string | null;
  day: string;
  out: boolean;
  number: number;
  body: Record<string, any>;
  attachment: Bytes;
  spoiled: boolean;
}

/** Words that the sender let be quoted, with the signature that shows it. */
export interface Quote {
  text: string;
  signature: string;
}

/** A conversation, opened. `key` is its key, `point` the sender's pseudonym as the opening names it. */
export interface Opened {
  item: Conversation;
  key: Bytes;
  subject: string;
  point: Bytes | null;
  language: string;
  said: Said[];
  quotes: Quote[];
}
