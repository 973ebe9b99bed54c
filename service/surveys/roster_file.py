"""Roster uploads, as JSON or CSV: every person, or every fault at once.

A fault names the line or the position, never the person or anything else that was sent.
"""

import re
import unicodedata
from collections.abc import Mapping

from privacy.errors import Invalid, Problem
from privacy.hierarchy import canonical_path, path_problems
from privacy.survey import Attribute, Survey
from service.store.rosters import RosterEntry

CONTACTS = ("email", "language")  # optional columns, unless the survey has an attribute of that name
MOST_FAULTS = 1000  # a longer list helps nobody
_PERSON_LENGTH = 200
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_EMAIL_LENGTH = 254
_UNREADABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control, surrogate, line and paragraph separators


def is_email(text: str) -> bool:
    """Whether letters can go to this address: ASCII, as RFC 5321 has it without quoted names."""
    return len(text) <= _EMAIL_LENGTH and _EMAIL.fullmatch(text) is not None


def columns_of(survey: Survey) -> dict[str, tuple[Attribute, ...]]:
    """The attributes of each roster column: one, or for a column of paths the steps of the hierarchy."""
    columns: dict[str, tuple[Attribute, ...]] = {}
    for attribute in survey.attributes:
        if attribute.source == "roster":
            name = attribute.path or attribute.id
            columns[name] = (*columns.get(name, ()), attribute)
    return columns


class RosterReader:
    """The people read so far and the faults found with them."""

    def __init__(self, survey: Survey) -> None:
        self.columns = columns_of(survey)
        self.contacts = tuple(name for name in CONTACTS if name not in self.columns)
        self._languages = survey.languages
        self._levels = {
            name: [level.id for level in steps[0].levels]
            for name, steps in self.columns.items()
            if steps[0].path is None
        }
        self._paths: dict[str, dict[str, tuple[str, int | None]]] = {}  # where each stands first, by column
        self._entries: list[RosterEntry] = []
        self._problems: list[Problem] = []
        self._unlisted = 0
        self._seen: dict[str, str] = {}  # person -> where they stand first

    def fault(self, problem: str, place: str, message: str, remedy: str, line: int | None = None) -> None:
        """Note a fault under its stable id."""
        if len(self._problems) < MOST_FAULTS:
            self._problems.append(Problem(problem, place, message, remedy, line))
        else:
            self._unlisted += 1

    def add(
        self,
        person: str | None,
        levels: Mapping[str, str | None],
        where: str,
        places: Mapping[str, str],
        line: int | None = None,
        *,
        contact: Mapping[str, str | None] | None = None,
    ) -> None:
        """Take one person, None if the fault in their name is noted already.

        ``levels`` has a level id or a path by column, ``contact`` what is known of ``contacts``. ``where``
        names their entry; ``places`` names the person and each column.
        """
        name = unicodedata.normalize("NFC", person or "").strip()
        if person is not None and self._is_name(name, places["person"], line):
            if name in self._seen:
                message = f"the same person as at {self._seen[name]}"
                self.fault("repeated-person", places["person"], message, "name each person once", line)
            self._seen.setdefault(name, where)
        known: dict[str, str] = {}
        for column, level in levels.items():
            if not level:
                continue
            if column not in self._levels:
                path = canonical_path(level)
                if path:
                    known[column] = path
                    self._paths.setdefault(column, {}).setdefault(path, (places[column], line))
                continue
            known[column] = level
            if level not in self._levels[column]:
                remedy = f"leave it empty or use {self._listed(column)}"
                self.fault("unknown-level", places[column], f"not a level of {column}", remedy, line)
        reach = {column: value or None for column, value in (contact or {}).items()}
        self._check_contact(reach, places, line)
        self._entries.append(RosterEntry(name, known, reach.get("email"), reach.get("language")))

    def entries(self) -> list[RosterEntry]:
        """Everybody. Raises Invalid if there was a fault, or nobody."""
        for column, paths in self._paths.items():
            lines = dict(paths.values())
            places = {path: place for path, (place, _) in paths.items()}
            for problem in path_problems(self.columns[column], places):
                self.fault(problem.id, problem.place, problem.message, problem.remedy, lines[problem.place])
        if not self._entries and not self._problems:
            self.fault("empty-roster", "roster", "it names nobody", "send at least one person")
        if self._unlisted:
            message = f"and {self._unlisted} more faults"
            self._problems.append(Problem("more-faults", "roster", message, "mend these first"))
        if self._problems:
            raise Invalid(self._problems)
        return self._entries

    def _check_contact(
        self, reach: Mapping[str, str | None], places: Mapping[str, str], line: int | None
    ) -> None:
        email, language = reach.get("email"), reach.get("language")
        if email is not None and not is_email(email):
            remedy = "write it as name@example.org, in ASCII, or leave it empty"
            self.fault("bad-email", places["email"], "it is no e-mail address", remedy, line)
        if language is not None and language not in self._languages:
            message = "the survey is not in this language"
            remedy = f"leave it empty or use {', '.join(self._languages)}"
            self.fault("unknown-language", places["language"], message, remedy, line)

    def _is_name(self, person: str, place: str, line: int | None) -> bool:
        if not person:
            self.fault("missing-person", place, "it is empty", "name the person", line)
        elif len(person) > _PERSON_LENGTH:
            message = f"it has more than {_PERSON_LENGTH} characters"
            self.fault("long-person", place, message, "use an address or a staff number", line)
        elif any(unicodedata.category(character) in _UNREADABLE for character in person):
            self.fault("unreadable-person", place, "it has a control character", "remove it", line)
        else:
            return True
        return False

    def _listed(self, column: str) -> str:
        names = self._levels[column]
        return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
