/**
 * Whether a comment seems to say who somebody is. Patterns alone, on the respondent's own device: names from the
 * roster are never sent to a page. They miss much, and the page says so.
 */

const NAME = String.raw`\p{Lu}[\p{L}'’-]+`;
const TITLE = "Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Señora?|Sra?|Doña?";
const ARABIC_TITLE = "السيد|السيدة|الأستاذ|الأستاذة|الدكتور|الدكتورة|المهندس|المهندسة";
const ROLES = [
  "my (?:direct |former |old |new )?(?:manager|boss|supervisor|team ?lead(?:er)?|colleague|director)",
  "meine?[mnrs]? (?:Chefs?|Chefin|Vorgesetzte[mnr]?|Teamleit(?:er|ung|erin)|Kolleg(?:e|en|in))",
  "(?:mon|ma) (?:chef|cheffe|responsable|manager|supérieure?|collègue|directeur|directrice)",
  "mi (?:jef[ea]|gerente|responsable|supervisora?|compañer[oa]|colega|directora?)",
];
const NUMBERED =
  "employee|staff|personnel|badge|payroll|Personal-?(?:nummer|nr)|Mitarbeiter-?nummer|matricule|empleado|legajo|الموظف|الوظيفي";

// Words that begin a sentence with a capital, and often stand before a noun with another.
const OPENERS = new Set(
  (
    "The A An My Our Your His Her Their This That These In On At For From With When If And But Since After I We It Dear " +
    "Der Die Das Den Dem Ein Eine Einen Mein Meine Unser Unsere Im Am Beim Vom Zum Zur Auf Für Mit Bei Wenn Und Aber " +
    "Seit Nach Es Wir Ich Sie Viele Mehr Keine Kein Manche Alle Jede Jeder La Le Les Un Une Mon Ma Notre Nos Dans En Au " +
    "Avec Pour Et Mais El Los Las Una Mi Nuestra Nuestro Con Por Para Pero"
  ).split(" "),
);

/**
 * @typedef {object} Hint
 * @property {"email" | "handle" | "number" | "phone" | "role" | "name"} kind
 * @property {string} found The part of the text that it is about.
 */

/** @type {[Hint["kind"], (text: string) => string | undefined][]} */
const KINDS = [
  ["email", first(/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u)],
  ["handle", first(/(?<![\p{L}\p{N}._%+-])@[\p{L}_][\p{L}\p{N}_.-]+/u)],
  ["number", first(new RegExp(String.raw`(?:${NUMBERED})[^\p{L}\p{N}]{0,3}(?:(?:number|no|nr|id|n[°ºo])\P{L}{0,3})?\p{Nd}{2,}`, "iu"))],
  ["number", first(/(?<![\p{L}\p{N}])\p{Lu}{1,3}-?\p{Nd}{4,}(?!\p{N})/u)],
  ["phone", first(/(?<!\p{N})(?:\+|00)?\(?\p{Nd}(?:[ ./()-]{0,2}\p{Nd}){6,14}(?!\p{N})/u)],
  ["role", role],
  ["name", first(new RegExp(String.raw`(?<!\p{L})(?:(?:${TITLE})\.? ${NAME}|(?:${ARABIC_TITLE}) \p{L}{2,})`, "u"))],
  ["name", name],
];

/** @param {RegExp} pattern @returns {(text: string) => string | undefined} Its first match. */
function first(pattern) {
  return (text) => pattern.exec(text)?.[0];
}

/** @param {string} text @returns {string | undefined} `my manager Ada`: a role in any case, a name with a capital. */
function role(text) {
  for (const match of text.matchAll(new RegExp(String.raw`(?<!\p{L})(?:${ROLES.join("|")})[,:]? `, "giu"))) {
    const named = new RegExp(`^${NAME}`, "u").exec(text.slice(match.index + match[0].length));
    if (named) return match[0] + named[0];
  }
  return undefined;
}

/** @param {string} text @returns {string | undefined} Two words with capitals, the first not one that opens a sentence. */
function name(text) {
  const pairs = text.matchAll(new RegExp(String.raw`(?<!\p{L})(?=(${NAME}) (${NAME}))`, "gu"));
  for (const [, one, two] of pairs) {
    if (!OPENERS.has(one) && !OPENERS.has(two)) return `${one} ${two}`;
  }
  return undefined;
}

/** @param {string} text @returns {Hint[]} At most one of each kind. */
export function hintsFor(text) {
  /** @type {Hint[]} */
  const hints = [];
  for (const [kind, find] of KINDS) {
    const found = hints.some((hint) => hint.kind === kind) ? undefined : find(text);
    if (found) hints.push({ kind, found });
  }
  return hints;
}
