"""Wordings, in English and German, by which a question tells who answers it or asks about somebody.

The patterns match whole words and prefer silence to a false alarm: "name one thing" asks for no name, and
"do not give your name" asks for the opposite.
"""

import re
from collections.abc import Iterable, Mapping

_PERSON = (
    r"(?:person|people|individual|employee|colleagues?|co-?workers?|team ?mates?|manager|supervisor|boss"
    r"|leader)"
)
_PERSON_DE = (
    r"(?:person(?:en)?|kolleg(?:en?|in|[*:_]?innen)|mitarbeiter(?:in|[*:_]?innen)?|vorgesetzte[nr]?"
    r"|führungskr(?:aft|äfte)|chef(?:in)?|teamleit(?:ung|er|erin))"
)
_YOUR_DE = r"(?:ihre?[nmrs]?|deine?[nmrs]?)"
_START = r"(?:(?<![^\s])(?<![\w,;] ))"  # the beginning of a sentence

_IDENTIFYING = {
    "a name": (
        r"your (?:(?:full|own|real|legal|first|last) )*names?(?! to\b| for\b)",
        r"(?:first|given|last|family|full) names?",
        r"surnames?",
        r"your initials",
        r"who are you",
        rf"{_YOUR_DE} (?:voll(?:e[nrs]?|ständige[nrs]?) )?name(?:ns?)?",
        rf"{_YOUR_DE} initialen",
        r"(?:vor|nach|familien)name(?:ns?)?",
        r"wie hei(?:ß|ss)(?:en sie|t du)",
        r"wer (?:sind sie|bist du)",
    ),
    "an e-mail address": (
        r"your (?:\w+ )?e-?mail(?=\s*(?:[?.:,)]|\Z))",
        r"e-?mail[ -]address(?:es)?",
        r"(?:e-?)?mail-?adressen?",
        rf"{_YOUR_DE} (?:\w+ )?e-?mail(?=\s*(?:[?.:,)]|an\W|\Z))",
    ),
    "a birth date": (
        r"(?:date|day|year|month|place) of birth",
        r"birth[ -]?(?:date|year|place)",
        r"your birthday",
        r"(?:when|where) were you born",
        r"exact age",
        r"geburts(?:datum|jahr|monat|ort)",
        rf"{_YOUR_DE} geburtstag",
        r"wann (?:sind sie|bist du|wurden sie|wurdest du) geboren",
        r"genaue[ns]? alter",
    ),
    "an exact job title": (
        r"(?<!my )job[ -]?title",
        r"your title",
        r"(?:exact|precise) (?:position|role|job|title|function)",
        r"(?:stellen|berufs|positions|funktions|dienst)bezeichnung",
        r"jobtitel",
        r"genaue[rns]? (?:position|funktion|stelle|tätigkeit|rolle|beruf)",
    ),
    "an employee number": (
        r"(?:employee|staff|personnel|payroll|badge|passport|social security)[ -](?:number|no|id)",
        r"(?:personal|mitarbeiter|beschäftigten|ausweis|sozialversicherungs)-?(?:nummer|nr|id)",
    ),
    "a phone number": (
        r"(?:tele)?phone[ -]numbers?",
        r"(?:mobile|cell)[ -]number",
        r"(?:telefon|handy|mobil|mobilfunk)-?nummer",
    ),
    "an address": (
        r"(?:home|postal|street|private|mailing|residential|ip)[ -]address",
        r"your address",
        r"post ?code|postal code|zip code",
        r"where do you live",
        rf"{_YOUR_DE} (?:\w+ )?(?:adresse|anschrift)",
        r"(?:wohn|post|privat|heim|ip-)(?:adresse|anschrift)",
        r"postleitzahl|wohnort",
        r"wo (?:wohnen sie|wohnst du)",
    ),
}
_BARE = {  # the whole of a text or of an id
    "a name": r"names?",
    "an e-mail address": r"e[ -]?mail",
    "a birth date": r"birthday|geburtstag",
    "a phone number": r"(?:tele|mobile )?phone|telefon",
    "an address": r"address|adresse|anschrift",
}
_ABOUT_A_PERSON = (
    rf"{_START}who(?:m|se)?",
    r"(?:by|with|from|to|of) whom",
    rf"which (?:\w+ )?{_PERSON}",
    rf"(?:name|describe|mention) (?:an?|one|any|the|your) (?:\w+ )?{_PERSON}",
    r"your (?:\w+ )?(?:manager|supervisor|boss|team ?lead(?:er)?)",
    rf"{_START}(?:wer|wen|wem|wessen)",
    rf"welche[rnms]? (?:\w+ )?{_PERSON_DE}",
    rf"(?:nennen|beschreiben) sie (?:bitte )?(?:eine?n?|die|den|{_YOUR_DE}) (?:\w+ )?{_PERSON_DE}",
    rf"{_YOUR_DE} (?:\w+ )?(?:vorgesetzten?|führungskraft|chef(?:in)?|teamleit(?:ung|er|erin))",
)
_SENSITIVE = (
    r"genders?|sex|sexual(?:ity)?|trans(?:gender)?|pronouns",
    r"disab(?:led|ility|ilities)|impairments?|neurodiver\w+|health|chronic|pregnan(?:t|cy)",
    r"ethnic(?:ity)?|race|racial|nationality|religio(?:n|us)|faith|political|union member(?:ship)?",
    r"geschlecht\w*|sexuelle[nr]?|\w*behinder\w+|beeinträchtigung\w*|gesundheit\w*|chronisch\w*|schwanger\w*",
    r"ethni\w+|staatsangehörigkeit|migrationshintergrund|religi\w+|konfession|weltanschauung|gewerkschaft\w*",
)
_RARE = (
    r"(?:chief \w+ officer|ceo|cfo|cto|coo|managing directors?|executive board|board of directors)",
    r"(?:geschäftsführ(?:ung|er|erin)|vorstand|vorständin|betriebsrat|works council)",
)


def _words(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


_IDENTIFYING_WORDS = {
    kind: re.compile(
        rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)|\A\W*(?:{_BARE.get(kind, '(?!)')})\W*\Z", re.IGNORECASE
    )
    for kind, patterns in _IDENTIFYING.items()
}
_ABOUT_A_PERSON_WORDS, _SENSITIVE_WORDS, _RARE_WORDS = map(_words, (_ABOUT_A_PERSON, _SENSITIVE, _RARE))

_NEGATION_BEFORE = re.compile(
    r"(?<!\w)(?:not|don['’]t|never|without|nor|ohne|nicht|keine[nrs]?)\s+(?:\w+\s+){0,4}\Z", re.IGNORECASE
)
_NEGATION_AFTER = re.compile(r"\A(?:\s+\w+){0,2}\s+(?:not|never|nicht|nie)(?!\w)", re.IGNORECASE)


def identifying(texts: Mapping[str, str]) -> list[str]:
    """What the texts ask for that tells who answers, such as ``a name``."""
    return [
        kind
        for kind, words in _IDENTIFYING_WORDS.items()
        if any(_asks(words, text) for text in texts.values())
    ]


def about_a_person(texts: Mapping[str, str]) -> bool:
    """Whether a text asks about one person."""
    return any(_asks(_ABOUT_A_PERSON_WORDS, text) for text in texts.values())


def sensitive(texts: Mapping[str, str]) -> bool:
    """Whether a text is about what the law protects most (Regulation (EU) 2016/679, article 9, and sex)."""
    return any(_SENSITIVE_WORDS.search(text) for text in texts.values())


def rare(texts: Mapping[str, str]) -> bool:
    """Whether a level is one that very few people have in any organisation."""
    return any(_RARE_WORDS.search(text) for text in texts.values())


def _asks(words: re.Pattern[str], text: str) -> bool:
    return any(
        not _NEGATION_BEFORE.search(text[: match.start()]) and not _NEGATION_AFTER.search(text[match.end() :])
        for match in words.finditer(text)
    )
