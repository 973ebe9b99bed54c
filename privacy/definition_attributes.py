"""The attributes of a survey definition, hierarchies among them, read with every fault noted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from privacy.definition_questions import QUESTION_LENGTH, read_options
from privacy.definition_reader import Place, Reader, quoted
from privacy.hierarchy import NOT_SAID, STEPS
from privacy.survey import Attribute, AttributeSource, Option

SOURCES: tuple[AttributeSource, ...] = ("roster", "self")
ATTRIBUTES = 12
LEVELS = (2, 100)
REASON_LENGTH = 500  # characters
PERSON = "person"  # the roster's column of who somebody is


def read_attributes(
    reader: Reader, values: Sequence[object], languages: Sequence[str]
) -> tuple[Attribute, ...]:
    """The attributes, one a value even where it is at fault."""
    attributes: list[Attribute] = []
    for position, value in enumerate(values):
        above = attributes[-1] if attributes else None
        attributes.append(_attribute(reader, value, ("attributes", position), languages, above))
    reader.distinct([attribute.id for attribute in attributes], ("attributes",), "attribute")
    _check_paths(reader, attributes)
    return tuple(attributes)


def _attribute(
    reader: Reader, value: object, place: Place, languages: Sequence[str], above: Attribute | None
) -> Attribute:
    of_path = isinstance(value, Mapping) and "path" in value
    needed = ("id", "text", "path") if of_path else ("id", "text", "source", "levels")
    details = ("source", "levels", "ordered") if of_path else ("ordered",)
    entry = reader.mapping(value, place, needed, ("reason", *details))
    source = reader.one_of(entry, "source", place, SOURCES)
    path = reader.identifier(entry, "path", place) or None
    if of_path:
        _check_step(reader, entry, place)
    return Attribute(
        id=reader.identifier(entry, "id", place),
        text=reader.texts(entry, "text", place, languages, QUESTION_LENGTH),
        levels=() if of_path else _levels(reader, entry, place, languages),
        source="roster" if of_path else cast(AttributeSource, source or "self"),
        reason=reader.texts(entry, "reason", place, languages, REASON_LENGTH) if "reason" in entry else None,
        path=path,
        ordered=reader.flag(entry, "ordered", place),
        parent=above.id if above is not None and path is not None and above.path == path else None,
    )


def _levels(
    reader: Reader, entry: Mapping[str, object], place: Place, languages: Sequence[str]
) -> tuple[Option, ...]:
    if "levels" not in entry:
        return ()
    place = (*place, "levels")
    levels = read_options(reader, entry["levels"], place, languages, LEVELS)
    for position, option in enumerate(levels):
        if option.id == NOT_SAID:
            remedy = "remove the level: nobody has to state an attribute"
            message = f"{NOT_SAID} stands for whoever does not state it"
            reader.fault("reserved-id", (*place, position, "id"), message, remedy)
    return levels


def _check_step(reader: Reader, entry: Mapping[str, object], place: Place) -> None:
    """What a step of a hierarchy cannot have, since the roster's paths give it."""
    for key in ("levels", "ordered"):
        if key in entry:
            message = "the levels of a path, and their order, come from the roster"
            reader.fault("key-not-for-path", (*place, key), message, "remove the key, or the path")
    if entry.get("source") == "self":
        message = "a path is a column of the roster"
        reader.fault("path-needs-roster", (*place, "source"), message, "remove the key, or the path")


def _check_paths(reader: Reader, attributes: Sequence[Attribute]) -> None:
    taken = {PERSON, *(attribute.id for attribute in attributes)}
    steps = Counter(attribute.path for attribute in attributes)
    before = None
    seen: set[str] = set()
    for position, attribute in enumerate(attributes):
        path, place = attribute.path, ("attributes", position, "path")
        if path is not None and path != before:
            if path in taken:
                message = f"the roster has another column {quoted(path)}, or an attribute is called so"
                reader.fault("path-taken", place, message, "give the path a name of its own")
            if path in seen:
                message = f"the other steps of {quoted(path)} stand elsewhere"
                reader.fault("path-apart", place, message, "put all its steps together, the coarsest first")
            elif not STEPS[0] <= steps[path] <= STEPS[1]:
                message = f"the hierarchy has {steps[path]} {'step' if steps[path] == 1 else 'steps'}"
                remedy = f"give {STEPS[0]} to {STEPS[1]} attributes this path, or this one levels of its own"
                reader.fault("path-steps", place, message, remedy)
            seen.add(path)
        before = path
