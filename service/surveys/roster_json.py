"""Rosters as JSON: ``{"people": [{"person": ..., "attributes": {"<attribute id>": "<level id>"}}]}``.

A path stands there under its name. What is null or empty is not known. Beside them ``email`` and ``language``
may say where somebody's letters go, and which language these are in.
"""

import json
from typing import Any

from privacy.survey import Survey
from service.store.rosters import RosterEntry
from service.surveys.roster_file import RosterReader

_SHAPE = 'send {"people": [{"person": ..., "attributes": {...}}]}'


def read_json(content: bytes, survey: Survey) -> list[RosterEntry]:
    """The people in ``content``. Raises Invalid with every fault and its place."""
    reader = RosterReader(survey)
    for index, entry in enumerate(_people(reader, content)):
        _read(reader, entry, f"people[{index}]")
    return reader.entries()


def _people(reader: RosterReader, content: bytes) -> list[Any]:
    repeated = False

    def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        repeated = repeated or len({name for name, _ in pairs}) < len(pairs)
        return dict(pairs)

    try:
        value = json.loads(content.decode(), object_pairs_hook=without_repeats)
    except (ValueError, RecursionError):
        reader.fault("json", "body", "it is not JSON in UTF-8", _SHAPE)
        return []
    if repeated:
        reader.fault("repeated-field", "body", "an object names a field twice", "name each field once")
    if not isinstance(value, dict) or set(value) != {"people"} or not isinstance(value["people"], list):
        reader.fault("shape", "body", "it is not an object with the one field people", _SHAPE)
        return []
    return value["people"]


def _read(reader: RosterReader, entry: Any, where: str) -> None:
    known = {"person", "attributes", *reader.contacts}
    if not isinstance(entry, dict) or not set(entry) <= known:
        message = (
            f"it is not an object of person, attributes{''.join(f', {one}' for one in reader.contacts)} alone"
        )
        reader.fault("shape", where, message, _SHAPE)
        return
    person, attributes = entry.get("person", ""), entry.get("attributes", {})
    if not isinstance(person, str):
        reader.fault("wrong-type", f"{where}.person", "it is not text", "put it in quotes")
        person = None
    if not isinstance(attributes, dict):
        reader.fault("wrong-type", f"{where}.attributes", "it is not an object", _SHAPE)
        return
    places = {"person": f"{where}.person"}
    levels: dict[str, str | None] = {}
    for name in reader.columns:
        places[name] = f"{where}.attributes.{name}"
        level = attributes.get(name)
        if name not in attributes:
            remedy = "give the level or path, or null if it is not known"
            reader.fault("missing-attribute", places[name], "it is missing", remedy)
        elif level is not None and not isinstance(level, str):
            reader.fault("wrong-type", places[name], "it is not text", "give a level id, a path or null")
        else:
            levels[name] = level
    if not set(attributes) <= set(reader.columns):
        message = "it has an attribute that is no roster attribute of the definition"
        remedy = f"the roster attributes are {', '.join(reader.columns) or 'none'}"
        reader.fault("unknown-attribute", f"{where}.attributes", message, remedy)
    contact: dict[str, str | None] = {}
    for name in reader.contacts:
        places[name] = f"{where}.{name}"
        value = entry.get(name)
        if value is not None and not isinstance(value, str):
            reader.fault("wrong-type", places[name], "it is not text", "put it in quotes, or leave it out")
        else:
            contact[name] = None if value is None else value.strip()
    reader.add(person, levels, where, places, contact=contact)
