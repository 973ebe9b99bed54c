/**
 * Whether a reply seems to ask who the sender is. Patterns alone, in the handler's own browser. They miss much, and
 * they also find harmless texts: the page warns and forbids nothing.
 */

const OF_WHOM = "you|your";
/** @type {string[]} */
const ASKED = [
  // English
  String.raw`who (?:are|is) (?:${OF_WHOM}|this|it|writing)`,
  String.raw`(?:your|full) (?:name|e-?mail|phone|number|team|department|unit|site|location|manager|boss|supervisor|shift|role|position|job title|address)`,
  String.raw`(?:which|what) (?:team|department|unit|site|office|location|building|shift|plant|floor|country|role|position|manager)`,
  String.raw`(?:tell|give|send|let) (?:me|us) (?:know )?(?:your|who|where|when exactly|the (?:date|day|time|names?))`,
  String.raw`(?:what|which|on what) (?:was the )?(?:date|day|time)`,
  String.raw`when (?:exactly|precisely)`,
  String.raw`(?:where|since when|how long) (?:do|have) you (?:work|been)`,
  String.raw`(?:are|were) you (?:a|an|the|in|at|from|there|present)`,
  String.raw`(?:call|phone|meet|visit|e-?mail|contact) (?:me|us)`,
  String.raw`(?:reveal|identify|name) yourself`,
  String.raw`name(?:s)? of (?:the|your|those)`,
  // German
  String.raw`wer (?:bist|sind|seid|ist) (?:du|sie|ihr|das)`,
  String.raw`(?:dein|ihr|euer)e?[nmrs]? (?:vollständige[rn] )?(?:name|team|abteilung|standort|schicht|vorgesetzte|chef|führungskraft|e-?mail|telefon|nummer|stelle|funktion|rolle|adresse)`,
  String.raw`(?:welche|was für eine?)[mnrs]? (?:team|abteilung|bereich|standort|büro|schicht|werk|gebäude|etage|land|rolle|stelle|führungskraft)`,
  String.raw`wie (?:heißen|heisst|heißt)`,
  String.raw`(?:nennen|sagen|geben|schreiben|schicken|teilen) sie (?:mir|uns)? ?(?:bitte )?(?:ihren?|wer|wo|wann|den|die|das)`,
  String.raw`(?:an welchem|welches) (?:tag|datum)`,
  String.raw`wann (?:genau|war das|ist das)`,
  String.raw`(?:wo|seit wann|wie lange) arbeite(?:n|st)`,
  String.raw`(?:rufen|treffen|besuchen|kontaktieren|melden) sie (?:mich|uns|sich)`,
  String.raw`(?:geben|zu erkennen)[^.?!]{0,20}(?:zu erkennen|identität)`,
  String.raw`namen? (?:der|des|von)`,
  // French
  String.raw`qui (?:êtes|es|est)[- ](?:vous|tu|ce)`,
  String.raw`(?:votre|ton|ta|vos) (?:nom|prénom|équipe|service|site|responsable|chef|adresse|numéro|e-?mail|poste)`,
  String.raw`(?:quelle?|dans quelle?) (?:équipe|service|site|date|jour|poste|bureau)`,
  String.raw`quand exactement`,
  // Spanish
  String.raw`(?<!decir )quién (?:eres|es)`,
  String.raw`(?:su|tu) (?:nombre|equipo|departamento|sede|jef[ea]|correo|teléfono|número|puesto|turno)`,
  String.raw`(?:qué|en qué|cuál) (?:equipo|departamento|sede|fecha|día|turno|puesto|oficina)`,
  String.raw`cuándo exactamente`,
];
const ARABIC = /من أنت|من انت|ما اسمك|اسمك|فريقك|قسمك|مديرك|أي (?:فريق|قسم|موقع|تاريخ|يوم)|متى بالضبط/u;
const PATTERN = new RegExp(String.raw`(?<!\p{L})(?:${ASKED.join("|")})(?!\p{L})`, "iu");

/** @param {string} text @returns {string | null} The words that seem to ask, or null. */
export function asks(text) {
  const plain = text.normalize("NFC").replace(/\s+/g, " ");
  return (PATTERN.exec(plain) ?? ARABIC.exec(plain))?.[0] ?? null;
}
