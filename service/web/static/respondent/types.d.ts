// The shapes of the values that the modules pass to one another; a browser never asks for this file.

export type Bytes = Uint8Array<ArrayBuffer>;
/** A wave's name: 32 bytes, or their 64 hex digits. */
export type Wave = Bytes | string;

/** One fault in an input: `id` is kebab-case and stable, `place` a path such as `answers.comment`. */
export interface Problem {
  id: string;
  place: string;
  message: string;
  remedy: string;
}

/** A key for one wave alone: its point (65 bytes), scalar (32), and the nonce (32) that commits a token to it. */
export interface Pseudonym {
  keyPair: CryptoKeyPair;
  publicKey: Bytes;
  privateScalar: Bytes;
  nonce: Bytes;
}

/** What takes the blinding off again: `blinded` (256 bytes) goes to the registrar, the rest stays secret. */
export interface Blinding {
  /** The issuer's SubjectPublicKeyInfo, 342 bytes. */
  issuerKey: Bytes;
  /** The token input, 98 bytes. */
  input: Bytes;
  blinded: Bytes;
  inverse: Bytes;
}

/** A token request on its way: sent again with the same bytes it gets the same answer. `wave` is hex. */
export interface Draw {
  wave: string;
  pseudonym: Pseudonym;
  blinded: Bytes;
  state: Blinding;
}

/** A draw as plain JSON. Whoever reads it can answer in the person's place. */
export type SavedDraw = Record<string, string>;

/** What a receipt code gives back of an answer: the key that may replace it, its token (354 bytes) and place. */
export interface Unlocked {
  pseudonym: Pseudonym;
  token: Bytes;
  /** 1 for a first answer and one more for each change. */
  sequence: number;
  /** 16 bytes. */
  locator: Bytes;
}

/** An envelope that holds: `nullifier` and `leaf` have 32 bytes, `locator` 16. */
export interface Verified {
  nullifier: Bytes;
  leaf: Bytes;
  sequence: number;
  locator: Bytes;
}

/** An option or a level: its position from 0 among all of its question or attribute, or its id. */
export type Place = number | string;

/**
 * scale, choice: a place. nps: the score, 0 to 10. multiple: a Set or array of places, the empty one being an
 * answer. text: a text that is not empty. null, undefined: skipped, or not said.
 */
export type Answer = Place | Iterable<Place> | null | undefined;

/** By id of question and attribute. In a hierarchy the level of the finest attribute tells those above. */
export interface Answers {
  questions: Record<string, Answer>;
  attributes: Record<string, Place | null | undefined>;
  /** Of a program code, 16 bytes; only where the wave is paired with another. */
  tag?: Bytes | null;
}

/** Where one answer lies in the plaintext, in bytes. */
export interface Field {
  id: string;
  type: Question["type"] | "attribute";
  offset: number;
  width: number;
  /** Options, levels or scores; of a text the bytes; below another attribute the most levels under one parent. */
  limit: number;
  items: Option[];
  /** Where the children of each level of the attribute above begin; empty where none is above. */
  starts: number[];
}

export interface Layout {
  /** Texts stand last. */
  questions: Field[];
  /** The attributes, those of one hierarchy together from the top down. */
  chains: Field[][];
  /** With the tag of a program code at the end where the wave is paired with another. */
  size: number;
}

/** By language. */
export type Texts = Record<string, string>;

export interface Option {
  id: string;
  text: Texts;
}

export interface Level extends Option {
  parent: string | null;
  invited: number | null;
  members: string[];
}

export interface Question {
  id: string;
  type: "scale" | "choice" | "multiple" | "nps" | "text";
  text: Texts;
  reverse: boolean;
  theme: string | null;
  /** Of scale, choice and multiple. */
  options?: Option[];
  /** Of scale: option ids. */
  favourable?: string[];
  /** Of text: the most bytes of UTF-8. */
  max_bytes?: number;
}

export interface Attribute {
  id: string;
  text: Texts;
  levels: Level[];
  source: "roster" | "self";
  /** The attribute a step above in a hierarchy. */
  parent: string | null;
}

export interface Policy {
  k: number;
  comment_k: number;
  micro_rho: number;
  epsilon_presence: number;
  epsilon_answers: number;
  delta: number;
  delta_gate: number;
  mechanism: string;
  tables: string[][];
  weights: { counts: number[]; tables: number[]; questions: number[] };
  margins: Record<string, number>;
}

/** What the mean is taken of: a question, a theme, or all scale questions where both are null. */
export interface Measure {
  question: string | null;
  theme: string | null;
}

/** How answers are compared with those of another wave of a program. `id` and `earlier` are hex. */
export interface Pairing {
  id: string;
  earlier: string | null;
  carried_until: string | null;
  link_micro_rho: number;
  micro_rho: number;
  epsilon_presence: number;
  epsilon_answers: number;
  delta_gate: number;
  measures: Measure[];
  by: string | null;
}

/** The contract of a wave, with the names of docs/protocol.md. Times are RFC 3339, UTC, whole minutes. */
export interface Manifest {
  format: string;
  survey: { id: string; version: string; title: Texts };
  opens_at: string;
  closes_at: string;
  invited: number;
  retention_days: number;
  questions: Question[];
  attributes: Attribute[];
  policy: Policy;
  hpke: { kem: number; kdf: number; aead: number; public_key: string };
  issuer: { token_type: number; public_key: string };
  receipt: { public_key: string };
  release: { public_key: string };
  keyholders: { threshold: number; count: number };
  /** Only in a wave that is paired with another. */
  pairing?: Pairing;
}

/** What one side of a conversation says: a JSON object with `kind` and `number`, and the bytes of a picture or nothing. */
export interface Message {
  body: Record<string, any>;
  attachment: Bytes;
}
