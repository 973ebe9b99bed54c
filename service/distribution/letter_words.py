"""What letters say where a survey has no words of its own, by language, and what every letter ends with."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

INVITATION, REMINDER = "invitation", "reminder"
KINDS = (INVITATION, REMINDER)


@dataclass(frozen=True, slots=True)
class Template:
    """Subject and text, with places such as {link} to fill in."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The letters of a language. ``seen``, ``why`` and ``quiet`` end every letter; nobody can change them."""

    invitation: Template
    reminder: Template
    answer: str  # what the link is called in HTML
    seen: str
    why: str
    quiet: str  # stands before the link that turns reminders off
    anybody: str  # the organisation, where it has no name
    chat: Mapping[str, str]  # what is said of a wave in a chat: opened, closing, released

    def of(self, kind: str) -> Template:
        """The template of a kind of letter."""
        return self.invitation if kind == INVITATION else self.reminder


def _read(language: str) -> Words:
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        value = tomllib.load(file)
    return Words(**{**value, **{kind: Template(**value[kind]) for kind in KINDS}})


_FOLDER = Path(__file__).parent / "letters_by_language"
WORDS: Mapping[str, Words] = {path.stem: _read(path.stem) for path in sorted(_FOLDER.glob("*.toml"))}
RIGHT_TO_LEFT = frozenset({"ar"})
