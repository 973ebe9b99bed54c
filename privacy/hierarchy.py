"""An organisation's hierarchy, from a roster's column of paths such as ``Sales / Inside / Team A``.

The steps of a path are levels of the attributes of one ``path``, coarsest first. Whoever has a shorter path
stands directly in a unit: they form a part of it that has its name. An empty path is not known.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from privacy.definition_reader import ID_LENGTH, is_plain, place_of
from privacy.errors import Invalid, Problem
from privacy.survey import Attribute, Option

SEPARATOR = "/"
STEPS = (2, 6)
NAME_LENGTH = 200  # characters
NOT_SAID = "not-said"  # the level of whoever leaves an attribute out

_DIGEST = 8  # hex digits; 400 names that need one share two with a chance of 2e-5, which is a fault then


def steps_of(path: str) -> tuple[str, ...]:
    """The names in ``path``, white space tidied; none for an empty path."""
    if not path.strip():
        return ()
    return tuple(
        " ".join(unicodedata.normalize("NFC", name).split()) for name in path.strip().split(SEPARATOR)
    )


def canonical_path(path: str) -> str:
    """``path`` in its one spelling: ``Sales / Inside / Team A``."""
    return f" {SEPARATOR} ".join(steps_of(path))


def level_id(name: str) -> str:
    """The id of a unit called ``name``; names that differ in case, accents and signs alone share one.

    Letters outside ASCII that are no accented ones, and names that are too long, add eight hex digits of the
    name's SHA-256.
    """
    letters = "".join(
        sign for sign in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(sign)
    )
    slug = "-".join(re.findall("[a-z0-9]+", letters))
    lost = any(sign.isalnum() and not sign.isascii() for sign in letters)
    if slug and not lost and len(slug) <= ID_LENGTH:
        return slug
    digest = sha256(name.casefold().encode()).hexdigest()[:_DIGEST]
    return f"{slug[: ID_LENGTH - _DIGEST - 1].rstrip('-')}-{digest}".lstrip("-")


def path_problems(attributes: Sequence[Attribute], places: Mapping[str, str]) -> list[Problem]:
    """What is wrong with paths, given with the place of each, in their order; () where they hold together.

    ``attributes`` are all the steps of one hierarchy. Of two paths that contradict each other the later one
    is at fault, and its message names the place of the earlier.
    """
    problems: list[Problem] = []
    known: dict[
        tuple[str, str], tuple[str, str, str]
    ] = {}  # name, level above and place where it stands first
    for path, place in places.items():
        names = steps_of(path)
        fault = _fault_of(names, attributes) or _contradiction(names, attributes, known, place)
        if fault is not None:
            problems.append(Problem(fault[0], place, *fault[1:]))
    return problems


def levels_from_paths(
    attributes: Sequence[Attribute], paths: Mapping[str, int], languages: Sequence[str]
) -> tuple[Attribute, ...]:
    """``attributes``, all the steps of one hierarchy, with the levels that ``paths`` give them.

    ``paths`` has the number of people invited with each path. Levels are grouped by their parents in the
    parents' order, and by name beneath one parent; their texts are the names in every language. They are the
    same for any order of ``paths``, and none where no path is known. Raises Invalid with every fault of
    ``path_problems``.
    """
    column = attributes[0].path or ""
    places = {path: place_of(("roster", column, path)) for path in sorted(paths)}
    problems = path_problems(attributes, places)
    if problems:
        raise Invalid(problems)
    rows = {path: _filled(steps_of(path), len(attributes)) for path in paths if steps_of(path)}
    levels: list[dict[str, Option]] = [{} for _ in attributes]
    for path, names in sorted(rows.items(), key=lambda row: [(name.casefold(), name) for name in row[1]]):
        parent = None
        for step, name in enumerate(names):
            identifier = level_id(name)
            level = levels[step].get(identifier) or Option(
                identifier, dict.fromkeys(languages, name), parent, invited=0
            )
            levels[step][identifier] = replace(level, invited=(level.invited or 0) + paths[path])
            parent = identifier
    return tuple(
        replace(attribute, levels=tuple(found.values()))
        for attribute, found in zip(attributes, levels, strict=True)
    )


def path_levels(attributes: Sequence[Attribute], path: str) -> tuple[str | None, ...]:
    """The level ids of somebody with ``path``: one for each of ``attributes``, all the steps of a hierarchy.

    A level that others were merged into stands for them. All are None for an empty path and for one that the
    attributes do not have.
    """
    names = steps_of(path)
    unknown = (None,) * len(attributes)
    if not 0 < len(names) <= len(attributes):
        return unknown
    found: list[str] = []
    for attribute, name in zip(attributes, _filled(names, len(attributes)), strict=True):
        wanted = level_id(name)
        level = next((one.id for one in attribute.levels if wanted in (one.id, *one.members)), None)
        if level is None:
            return unknown
        found.append(level)
    return tuple(found)


def _filled(names: tuple[str, ...], steps: int) -> tuple[str, ...]:
    return names + names[-1:] * (steps - len(names))


def _fault_of(names: Sequence[str], attributes: Sequence[Attribute]) -> tuple[str, str, str] | None:
    if len(names) > len(attributes):
        steps = " / ".join(attribute.id for attribute in attributes)
        message = f"the path has {len(names)} steps where the hierarchy has {len(attributes)}"
        return "path-too-long", message, f"keep to {steps}"
    if not all(names):
        return "empty-step", "a step of the path has no name", "name every step, or leave the last ones out"
    if any(len(name) > NAME_LENGTH for name in names):
        message = f"a step's name has more than {NAME_LENGTH} characters"
        return "name-too-long", message, "shorten it"
    if not all(map(is_plain, names)):
        message = "a step's name holds a control character or one that changes the reading direction"
        return "name-not-plain", message, "write it in plain text"
    if any(level_id(name) == NOT_SAID for name in names):
        message = f"{NOT_SAID} stands for whoever does not state it"
        return "reserved-name", message, "leave the path empty if it is not known"
    return None


def _contradiction(
    names: tuple[str, ...],
    attributes: Sequence[Attribute],
    known: dict[tuple[str, str], tuple[str, str, str]],
    place: str,
) -> tuple[str, str, str] | None:
    parent = ""
    for number, (attribute, name) in enumerate(
        zip(attributes, _filled(names, len(attributes)), strict=False)
    ):
        identifier = level_id(name)
        own, above, first = known.setdefault((attribute.id, identifier), (name, parent, place))
        if own != name:
            message = f"its {attribute.id} has nearly the name of the one at {first}"
            return "names-alike", message, "spell both alike, or give each a name of its own"
        if above != parent:
            message = f"its {attribute.id} stands under another {attributes[number - 1].id} at {first}"
            return "two-parents", message, "give each of the two a name of its own"
        parent = identifier
    return None
