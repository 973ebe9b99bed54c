"""Changes that each put one fault into the sound definition, with its id and its place."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import reduce
from operator import delitem, getitem, setitem
from typing import Any

from tests.unit.privacy.definition_data import Data, both, option

Change = Callable[[Data], None]


def _at(data: Data, path: Sequence[Any]) -> Any:
    return reduce(getitem, path, data)


def _set(*path: Any) -> Change:
    *most, last, value = path
    return lambda data: setitem(_at(data, most), last, value)


def _add(*path: Any) -> Change:
    *parts, value = path
    return lambda data: _at(data, parts).append(value)


def _drop(*path: Any) -> Change:
    *most, last = path
    return lambda data: delitem(_at(data, most), last)


def _in_a_circle(data: Data) -> None:
    data["attributes"].append({**deepcopy(data["attributes"][0]), "id": "role"})
    data["breakdowns"] += [["role"], ["tenure", "role"], ["role", "site"]]


def _into_groups(levels: int) -> Change:
    def change(data: Data) -> None:
        for attribute in data["attributes"]:
            attribute["levels"] = [option(f"l-{number}") for number in range(levels)]

    return change


def _into_figures(data: Data) -> None:
    _into_groups(25)(data)
    many = [option(f"o-{number}") for number in range(32)]
    question = {**data["questions"][3], "options": many}
    data["questions"] += [{**question, "id": f"q-{number}"} for number in range(8)]


def _hierarchy(steps: int = 3, path: object = "unit", at: int = 2, **keys: object) -> Change:
    """Puts a hierarchy before the attribute ``at``; ``keys`` go into its second step."""

    def change(data: Data) -> None:
        added: list[Data] = [
            {"id": f"step-{step}", "path": path, "text": both(f"Step {step}")} for step in range(steps)
        ]
        if keys:
            added[1].update(keys)
        data["attributes"][at:at] = added

    return change


def _then(*changes: Change) -> Change:
    def change(data: Data) -> None:
        for one in changes:
            one(data)

    return change


FAULTS: dict[str, tuple[Change, str, str]] = {
    "id in capitals": (_set("id", "Team"), "bad-id", "id"),
    "id with an underscore": (_set("id", "team_pulse"), "bad-id", "id"),
    "id with two hyphens": (_set("id", "team--pulse"), "bad-id", "id"),
    "id that ends in a line break": (_set("id", "team\n"), "bad-id", "id"),
    "id beyond ASCII": (_set("id", "größe"), "bad-id", "id"),
    "id of 65 characters": (_set("id", "a" * 65), "bad-id", "id"),
    "id that is a number": (_set("id", 7), "wrong-type", "id"),
    "no version": (_drop("version"), "missing-key", "version"),
    "version that is a number": (_set("version", 1.0), "wrong-type", "version"),
    "version with a blank": (_set("version", "1 0"), "bad-version", "version"),
    "unknown key": (_set("titel", {}), "unknown-key", "titel"),
    "null": (_set("cadence", None), "wrong-type", "cadence"),
    "unknown cadence": (_set("cadence", "daily"), "unknown-value", "cadence"),
    "unknown program": (_add("programs", "gym"), "unknown-reference", "programs[2]"),
    "program twice": (_add("programs", "other"), "repeated", "programs[2]"),
    "no programs": (_set("programs", []), "too-few", "programs"),
    "program as text": (_set("programs", "other"), "wrong-type", "programs"),
    "outside figure not per language": (_set("outside_figure", "x"), "wrong-type", "outside_figure"),
    "outside figure missing in a language": (
        _drop("outside_figure", "de"),
        "missing-language",
        "outside_figure.de",
    ),
    "no languages": (_set("languages", []), "too-few", "languages"),
    "language twice": (_set("languages", ["en", "de", "de"]), "repeated", "languages[2]"),
    "bad language": (_add("languages", "German"), "bad-language", "languages[2]"),
    "21 languages": (_set("languages", ["en", "de"] * 11), "too-many", "languages"),
    "no questions": (_set("questions", []), "too-few", "questions"),
    "questions as a mapping": (_set("questions", {"time": {}}), "wrong-type", "questions"),
    "question as text": (_set("questions", 2, "where"), "wrong-type", "questions[2]"),
    "text not per language": (_set("questions", 0, "text", "Hello"), "wrong-type", "questions[0].text"),
    "text missing in a language": (
        _drop("questions", 0, "text", "de"),
        "missing-language",
        "questions[0].text.de",
    ),
    "text in another language": (
        _set("questions", 0, "text", "fr", "x"),
        "unknown-language",
        "questions[0].text.fr",
    ),
    "empty text": (_set("questions", 0, "text", "de", " \t"), "empty-text", "questions[0].text.de"),
    "text of two lines": (
        _set("questions", 0, "text", "de", "a\nb"),
        "text-not-plain",
        "questions[0].text.de",
    ),
    "text that turns the reading direction": (
        _set("title", "en", "a\u202eb"),
        "text-not-plain",
        "title.en",
    ),
    "half a surrogate pair": (_set("title", "en", "a\ud800b"), "text-not-plain", "title.en"),
    "text with a blank at its end": (_set("title", "en", "a "), "text-not-plain", "title.en"),
    "long title": (_set("title", "en", "a" * 121), "text-too-long", "title.en"),
    "long question": (_set("questions", 0, "text", "en", "a" * 501), "text-too-long", "questions[0].text.en"),
    "unknown type": (_set("questions", 0, "type", "likert"), "unknown-value", "questions[0].type"),
    "type as a list": (_set("questions", 0, "type", ["scale"]), "wrong-type", "questions[0].type"),
    "second question of one id": (_set("questions", 2, "id", "time"), "duplicate-id", "questions[2].id"),
    "scale without options": (_drop("questions", 0, "options"), "missing-key", "questions[0].options"),
    "text without max_bytes": (_drop("questions", 5, "max_bytes"), "missing-key", "questions[5].max_bytes"),
    "max_bytes of nothing": (_set("questions", 5, "max_bytes", 0), "out-of-range", "questions[5].max_bytes"),
    "max_bytes of 4,001": (_set("questions", 5, "max_bytes", 4001), "out-of-range", "questions[5].max_bytes"),
    "max_bytes as truth": (_set("questions", 5, "max_bytes", True), "wrong-type", "questions[5].max_bytes"),
    "max_bytes of a scale": (
        _set("questions", 0, "max_bytes", 9),
        "key-not-for-type",
        "questions[0].max_bytes",
    ),
    "reverse of a choice": (
        _set("questions", 2, "reverse", True),
        "key-not-for-type",
        "questions[2].reverse",
    ),
    "options of an nps": (
        _set("questions", 4, "options", "agreement"),
        "key-not-for-type",
        "questions[4].options",
    ),
    "reverse as text": (_set("questions", 1, "reverse", "yes"), "wrong-type", "questions[1].reverse"),
    "unknown option list": (
        _set("questions", 1, "options", "agrement"),
        "unknown-reference",
        "questions[1].options",
    ),
    "one option": (_set("questions", 2, "options", [option("desk")]), "too-few", "questions[2].options"),
    "33 options": (
        _set("questions", 2, "options", [option(f"o-{n}") for n in range(33)]),
        "too-many",
        "questions[2].options",
    ),
    "12 steps": (
        _set("questions", 0, "options", [option(f"o-{n}") for n in range(12)]),
        "too-many",
        "questions[0].options",
    ),
    "two options of one id": (
        _set("questions", 2, "options", 1, "id", "desk"),
        "duplicate-id",
        "questions[2].options[1].id",
    ),
    "unknown favourable option": (
        _set("questions", 0, "favourable", ["step-6"]),
        "unknown-reference",
        "questions[0].favourable[0]",
    ),
    "favourable twice": (
        _set("questions", 0, "favourable", ["step-5", "step-5"]),
        "repeated",
        "questions[0].favourable[1]",
    ),
    "nothing favourable": (_set("questions", 0, "favourable", []), "too-few", "questions[0].favourable"),
    "all favourable": (
        _set("questions", 0, "favourable", [f"step-{n}" for n in range(1, 6)]),
        "favourable-all",
        "questions[0].favourable",
    ),
    "unknown theme": (_set("questions", 2, "theme", "worklod"), "unknown-reference", "questions[2].theme"),
    "theme of nothing": (_add("themes", {"id": "joy", "text": both("Joy")}), "unused", "themes[1]"),
    "option list of nothing": (
        _set("option_lists", "yes-no", [option("no"), option("yes")]),
        "unused",
        "option_lists.yes-no",
    ),
    "theme as text": (_add("themes", "joy"), "wrong-type", "themes[1]"),
    "name of an option list": (
        _set("option_lists", "Yes or no", [option("no"), option("yes")]),
        "bad-id",
        "option_lists['Yes or no']",
    ),
    "scale of an unknown item": (
        _add("scales", 0, "items", "tme"),
        "unknown-reference",
        "scales[0].items[2]",
    ),
    "scale of a comment": (_add("scales", 0, "items", "lighter"), "unknown-reference", "scales[0].items[2]"),
    "scale without a source": (_drop("scales", 0, "source"), "missing-key", "scales[0].source"),
    "attribute without a source": (_drop("attributes", 0, "source"), "missing-key", "attributes[0].source"),
    "unknown source": (_set("attributes", 0, "source", "hr"), "unknown-value", "attributes[0].source"),
    "one level": (_set("attributes", 1, "levels", [option("short")]), "too-few", "attributes[1].levels"),
    "101 levels": (
        _set("attributes", 1, "levels", [option(f"l-{n}") for n in range(101)]),
        "too-many",
        "attributes[1].levels",
    ),
    "reserved level": (
        _add("attributes", 0, "levels", option("not-said")),
        "reserved-id",
        "attributes[0].levels[2].id",
    ),
    "reason in one language": (
        _drop("attributes", 1, "reason", "en"),
        "missing-language",
        "attributes[1].reason.en",
    ),
    "two attributes of one id": (
        lambda data: data["attributes"].append(deepcopy(data["attributes"][0])),
        "duplicate-id",
        "attributes[2].id",
    ),
    "ordered as text": (_set("attributes", 0, "ordered", "yes"), "wrong-type", "attributes[0].ordered"),
    "step with levels": (
        _hierarchy(levels=[option("a"), option("b")]),
        "key-not-for-path",
        "attributes[3].levels",
    ),
    "ordered step": (_hierarchy(ordered=False), "key-not-for-path", "attributes[3].ordered"),
    "step stated by respondents alone": (
        _hierarchy(source="self"),
        "path-needs-roster",
        "attributes[3].source",
    ),
    "step of an unknown source": (_hierarchy(source="hr"), "unknown-value", "attributes[3].source"),
    "hierarchy of one step": (_hierarchy(1), "path-steps", "attributes[2].path"),
    "hierarchy of seven steps": (_hierarchy(7), "path-steps", "attributes[2].path"),
    "steps apart": (
        _then(_hierarchy(2), lambda data: data["attributes"].insert(2, data["attributes"].pop(0))),
        "path-apart",
        "attributes[3].path",
    ),
    "path with a blank": (_hierarchy(2, "Org unit"), "bad-id", "attributes[2].path"),
    "path as a number": (_hierarchy(2, 7), "wrong-type", "attributes[2].path"),
    "path called as an attribute": (_hierarchy(2, "site"), "path-taken", "attributes[2].path"),
    "path called as its step": (_hierarchy(2, "step-1"), "path-taken", "attributes[2].path"),
    "path called person": (_hierarchy(2, "person"), "path-taken", "attributes[2].path"),
    "cross of two steps": (
        _then(_hierarchy(), _add("breakdowns", ["step-2", "step-0"])),
        "crossed-in-a-hierarchy",
        "breakdowns[2]",
    ),
    "two steps crossed with one attribute": (
        _then(_hierarchy(), _add("breakdowns", ["step-0", "site"]), _add("breakdowns", ["site", "step-2"])),
        "crossed-in-a-circle",
        "breakdowns[3]",
    ),
    "breakdown by nothing": (_add("breakdowns", []), "too-few", "breakdowns[2]"),
    "breakdown by an unknown attribute": (
        _add("breakdowns", ["sit"]),
        "unknown-reference",
        "breakdowns[2][0]",
    ),
    "breakdown there already": (_add("breakdowns", ["tenure", "site"]), "repeated", "breakdowns[2]"),
    "breakdown by one attribute twice": (
        _add("breakdowns", ["site", "site"]),
        "repeated",
        "breakdowns[2][1]",
    ),
    "breakdown as text": (_add("breakdowns", "tenure"), "wrong-type", "breakdowns[2]"),
    "breakdowns in a circle": (_in_a_circle, "crossed-in-a-circle", "breakdowns[4]"),
    "breakdowns into too many groups": (_into_groups(50), "too-many-groups", "breakdowns"),
    "breakdowns into too many figures": (_into_figures, "too-many-figures", "breakdowns"),
}

# A question that is not there leaves its theme unused and its scale short of an item; and so on.
FOLLOWED_BY_OTHERS = (
    "21 languages",
    "no questions",
    "questions as a mapping",
    "second question of one id",
    "name of an option list",
    "path with a blank",
    "path as a number",
)
