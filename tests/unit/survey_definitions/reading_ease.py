"""How easy a text is to read, by the published formula of its language: about 0 (hard) to 100 (easy).

Each is ``a - b * words a sentence - c * syllables a word``:

- English: Flesch, R. (1948). A new readability yardstick. Journal of Applied Psychology, 32(3), 221-233.
- German: Amstad, T. (1978). Wie verständlich sind unsere Zeitungen? Dissertation, Universität Zürich.
- French: Kandel, L., & Moles, A. (1958). Application de l'indice de Flesch à la langue française. Cahiers
  Études de Radio-Télévision, 19, 253-274.
- Spanish: Szigriszt Pazos, F. (1993). Sistemas predictivos de legibilidad del mensaje escrito: fórmula de
  perspicuidad. Tesis doctoral, Universidad Complutense de Madrid.

Syllables are counted by groups of vowels, with the rules of each language that matter most. Where a rule is
left out the count is too high, and the text seems harder than it is.
"""

import re
from collections.abc import Sequence

FORMULAS = {
    "en": (206.835, 1.015, 84.6),
    "de": (180.0, 1.0, 58.5),
    "fr": (207.0, 1.015, 73.6),
    "es": (206.835, 1.0, 62.3),
}

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.?!]+(?=\s|$)")
_SYLLABLE = {
    "en": re.compile(r"[aeiouy]+"),
    # Doubled vowels and diphthongs are one syllable; any other two vowels are two.
    "de": re.compile(r"ie|ei|ai|au|eu|äu|aa|ee|oo|[aeiouyäöü]"),
    "fr": re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+"),
    # A weak vowel without an accent joins its neighbours; strong vowels stand apart.
    "es": re.compile(r"[iuüy]*[aeoáéó](?:[iuüy](?![aeoáéíóú]))?|[íú]|[iuüy]+"),
}
_SILENT = {
    "en": re.compile(r"(?<![aeiouyl])es?$|(?<![aeioutdy])ed$"),
    "fr": re.compile(r"(?<![aeiouyàâäéèêëîïôöùûüœæ])es?$|(?<=[gq])u(?=[eiéèê'])"),
    "es": re.compile(r"(?<=[gq])u(?=[eiéí])"),
}


def reading_ease(language: str, texts: Sequence[str]) -> float:
    """The score of several texts as one; each ends a sentence."""
    base, of_sentence, of_word = FORMULAS[language]
    found = [word for text in texts for word in words(text)]
    number = sum(len(sentences(text)) for text in texts)
    counted = sum(syllables(language, word) for word in found)
    return base - of_sentence * len(found) / number - of_word * counted / len(found)


def sentences(text: str) -> list[str]:
    """The sentences of a text, at least one."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def words(text: str) -> list[str]:
    """The words of a text. What stands before an apostrophe belongs to the word after it."""
    return _WORD.findall(re.sub("['’]", "", text))


def syllables(language: str, word: str) -> int:
    """The syllables of a word, at least one."""
    word = word.lower()
    if language in _SILENT:
        word = _SILENT[language].sub("", word)
    return max(1, len(_SYLLABLE[language].findall(word)))
