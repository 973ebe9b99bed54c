"""The survey that asks whether an action helped: one item about how things are, whole results only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from privacy.definition import TITLE_LENGTH
from privacy.errors import Invalid, Problem
from service.surveys.yaml_document import write_yaml

QUESTION = "since-then"
OPTIONS = ("much-worse", "worse", "about-the-same", "better", "much-better")
_ACTION_LENGTH = 280  # characters of the action's text; more of it makes an item that nobody reads


@dataclass(frozen=True, slots=True)
class _Words:
    """In one language: the title, the item about a theme and about no theme, and what may be answered."""

    title: str
    about: str
    plain: str
    options: tuple[str, str, str, str, str]


_WORDS = {
    "en": _Words(
        "Did it help? {action}",
        "This was done: “{action}”. Since then, things around “{theme}” are …",
        "This was done: “{action}”. Since then, things at work are …",
        ("Much worse", "Worse", "About the same", "Better", "Much better"),
    ),
    "de": _Words(
        "Hat es geholfen? {action}",
        "Das wurde gemacht: „{action}“. Seitdem ist es beim Thema „{theme}“ …",
        "Das wurde gemacht: „{action}“. Seitdem ist es bei der Arbeit …",
        ("Viel schlechter", "Schlechter", "Etwa gleich", "Besser", "Viel besser"),
    ),
    "fr": _Words(
        "Est-ce que cela a aidé ? {action}",
        "Voici ce qui a été fait : « {action} ». Depuis, pour « {theme} », la situation est …",
        "Voici ce qui a été fait : « {action} ». Depuis, la situation au travail est …",
        ("Bien pire", "Pire", "À peu près la même", "Meilleure", "Bien meilleure"),
    ),
    "es": _Words(
        "¿Ha ayudado? {action}",
        "Esto es lo que se hizo: «{action}». Desde entonces, en cuanto a «{theme}», las cosas están …",
        "Esto es lo que se hizo: «{action}». Desde entonces, las cosas en el trabajo están …",
        ("Mucho peor", "Peor", "Más o menos igual", "Mejor", "Mucho mejor"),
    ),
    "ar": _Words(
        "هل ساعد ذلك؟ {action}",
        "هذا ما تم عمله: «{action}». منذ ذلك الحين أصبح الوضع في ما يخص «{theme}» …",
        "هذا ما تم عمله: «{action}». منذ ذلك الحين أصبح الوضع في العمل …",
        ("أسوأ بكثير", "أسوأ", "كما هو تقريبًا", "أفضل", "أفضل بكثير"),
    ),
}
LANGUAGES = tuple(_WORDS)


def pulse_definition(
    identifier: str,
    version: str,
    languages: Sequence[str],
    action: Mapping[str, str],
    theme: Mapping[str, str] | None,
) -> str:
    """The definition as YAML text. ``action`` and ``theme`` are texts by language.

    An action that is not told in a language is told in its first one. Raises Invalid for languages that the
    item has no wording in.
    """
    unknown = [language for language in languages if _spoken(language) not in _WORDS]
    if unknown:
        message = f"whether it helped cannot be asked in {', '.join(unknown)}"
        remedy = f"make a survey of one question yourself; this one is worded in {', '.join(LANGUAGES)}"
        raise Invalid([Problem("pulse-language", "languages", message, remedy)])
    told = {language: action.get(language, next(iter(action.values()))) for language in languages}
    words = {language: _WORDS[_spoken(language)] for language in languages}
    value = {
        "id": identifier,
        "version": version,
        "title": {name: _filled(one.title, TITLE_LENGTH, told[name]) for name, one in words.items()},
        "languages": list(languages),
        "cadence": "once",
        "questions": [
            {
                "id": QUESTION,
                "type": "scale",
                "text": {
                    name: _item(one, told[name], None if theme is None else theme[name])
                    for name, one in words.items()
                },
                "options": [
                    {"id": option, "text": {name: one.options[place] for name, one in words.items()}}
                    for place, option in enumerate(OPTIONS)
                ],
                "favourable": list(OPTIONS[3:]),
            }
        ],
    }
    return write_yaml(value)


def _spoken(language: str) -> str:
    return language.partition("-")[0]


def _filled(pattern: str, length: int, action: str) -> str:
    return pattern.format(action=_short(action, length - len(pattern.format(action=""))))


def _item(words: _Words, action: str, theme: str | None) -> str:
    told = _short(action, _ACTION_LENGTH).rstrip(".")
    if theme is None:
        return words.plain.format(action=told)
    return words.about.format(action=told, theme=theme)


def _short(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
