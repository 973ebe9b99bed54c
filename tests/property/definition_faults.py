"""Changes that each put one fault into a sound definition; they give its id and its place."""

from collections.abc import Callable
from typing import Any

from tests.property.definition_files import Data, Place

Fault = Callable[[Data], tuple[str, Place]]


def first_of(data: Data, kind: str) -> int:
    return next(position for position, question in enumerate(data["questions"]) if question["type"] == kind)


def entry(data: Data, identifier: str) -> Data:
    return {"id": identifier, "text": dict.fromkeys(data["languages"], "text")}


def some_text(*path: str | int) -> Callable[[Data], tuple[Data, str, Place]]:
    def find(data: Data) -> tuple[Data, str, Place]:
        target: Any = data
        for part in path:
            target = target[part]
        language = next(iter(target))
        return target, language, (*path, language)

    return find


def spoiled_text(value: Any, problem: str, *path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        texts, language, place = some_text(*path)(data)
        texts[language] = value
        return problem, place

    return fault


def replaced(value: Any, problem: str, *path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        target: Any = data
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value
        return problem, path

    return fault


def dropped(*path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        target: Any = data
        for part in path[:-1]:
            target = target[part]
        del target[path[-1]]
        return "missing-key", path

    return fault


def of_question(kind: str, key: str, value: Any, problem: str) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        return replaced(value, problem, "questions", first_of(data, kind), key)(data)

    return fault


def missing_language(data: Data) -> tuple[str, Place]:
    texts, language, place = some_text("attributes", 0, "text")(data)
    del texts[language]
    return "missing-language", place


def same_question_id(data: Data) -> tuple[str, Place]:
    last = len(data["questions"])
    data["questions"].append({**data["questions"][first_of(data, "nps")]})
    return "duplicate-id", ("questions", last, "id")


def same_option_id(data: Data) -> tuple[str, Place]:
    position = first_of(data, "choice")
    options = data["questions"][position]["options"]
    options[1]["id"] = options[0]["id"]
    return "duplicate-id", ("questions", position, "options", 1, "id")


def too_few_options(data: Data) -> tuple[str, Place]:
    position = first_of(data, "multiple")
    del data["questions"][position]["options"][1:]
    return "too-few", ("questions", position, "options")


def all_favourable(data: Data) -> tuple[str, Place]:
    question = data["questions"][0]
    question["favourable"] = [option["id"] for option in data["option_lists"][question["options"]]]
    return "favourable-all", ("questions", 0, "favourable")


def unused_theme(data: Data) -> tuple[str, Place]:
    data["themes"].append(entry(data, "unused-theme-of-nothing"))
    return "unused", ("themes", len(data["themes"]) - 1)


def unused_list(data: Data) -> tuple[str, Place]:
    data["option_lists"]["unused-list"] = [entry(data, "some"), entry(data, "more")]
    return "unused", ("option_lists", "unused-list")


def reserved_level(data: Data) -> tuple[str, Place]:
    levels = data["attributes"][1]["levels"]
    levels.append(entry(data, "not-said"))
    return "reserved-id", ("attributes", 1, "levels", len(levels) - 1, "id")


def of_step(key: str, value: Any, problem: str) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        data["attributes"][-1][key] = value
        return problem, ("attributes", len(data["attributes"]) - 1, key)

    return fault


def apart(data: Data) -> tuple[str, Place]:
    steps = data["attributes"]
    steps.append({**steps[-1], "id": "hierarchy-step-last"})
    steps.insert(len(steps) - 1, {**steps[0], "id": "attribute-between"})
    return "path-apart", ("attributes", len(steps) - 1, "path")


def one_step(data: Data) -> tuple[str, Place]:
    data["attributes"].append({**data["attributes"][-1], "id": "hierarchy-other", "path": "other-path"})
    return "path-steps", ("attributes", len(data["attributes"]) - 1, "path")


def crossed_steps(data: Data) -> tuple[str, Place]:
    steps = [attribute["id"] for attribute in data["attributes"] if "path" in attribute]
    data["breakdowns"].append(steps[:2])
    return "crossed-in-a-hierarchy", ("breakdowns", len(data["breakdowns"]) - 1)


def crossed_twice(data: Data) -> tuple[str, Place]:
    data["breakdowns"].append([data["attributes"][0]["id"], data["attributes"][-1]["id"]])
    return "crossed-in-a-circle", ("breakdowns", len(data["breakdowns"]) - 1)


def appended(value: Any, problem: str, inside: Place, *path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        target: Any = data
        for part in path:
            target = target[part]
        target.append(value)
        return problem, (*path, len(target) - 1, *inside)

    return fault


# One list for each part of a definition: faults from different parts do not touch one another.
FAULTS: dict[str, list[Fault]] = {
    "top": [replaced(1, "unknown-key", "unheard-of"), replaced(None, "unknown-key", "null")],
    "id": [replaced("Not_An_Id", "bad-id", "id"), replaced(["x"], "wrong-type", "id"), dropped("id")],
    "version": [
        replaced("1 0", "bad-version", "version"),
        replaced(1.5, "wrong-type", "version"),
        dropped("version"),
    ],
    "title": [
        spoiled_text("", "empty-text", "title"),
        spoiled_text("a\nb", "text-not-plain", "title"),
        spoiled_text("x" * 121, "text-too-long", "title"),
        spoiled_text(7, "wrong-type", "title"),
        replaced("Pulse", "wrong-type", "title"),
        dropped("title"),
    ],
    "languages": [appended("Deutsch", "bad-language", (), "languages")],
    "cadence": [
        replaced("daily", "unknown-value", "cadence"),
        replaced(None, "wrong-type", "cadence"),
    ],
    "programs": [
        appended("gym", "unknown-reference", (), "programs"),
        replaced([], "too-few", "programs"),
    ],
    "outside figure": [
        spoiled_text("a\nb", "text-not-plain", "outside_figure"),
        replaced("Retention", "wrong-type", "outside_figure"),
    ],
    "lists": [unused_list],
    "themes": [unused_theme],
    "first question": [
        spoiled_text("\t", "empty-text", "questions", 0, "text"),
        replaced("no-such-list", "unknown-reference", "questions", 0, "options"),
        replaced("yes", "wrong-type", "questions", 0, "reverse"),
        replaced("scales", "unknown-value", "questions", 0, "type"),
        replaced(["no-such-option"], "wrong-type", "questions", 0, "type"),
        replaced(12, "key-not-for-type", "questions", 0, "max_bytes"),
        dropped("questions", 0, "text"),
        all_favourable,
    ],
    "second question": [
        replaced([], "too-few", "questions", 1, "favourable"),
        replaced("x", "unknown-key", "questions", 1, "favorable"),
        replaced("no-such-theme", "unknown-reference", "questions", 1, "theme"),
    ],
    "choice": [same_option_id, of_question("choice", "reverse", False, "key-not-for-type")],
    "multiple": [too_few_options, of_question("multiple", "options", {}, "wrong-type")],
    "nps": [same_question_id],
    "comment": [
        of_question("text", "max_bytes", 0, "out-of-range"),
        of_question("text", "max_bytes", 4_001, "out-of-range"),
        of_question("text", "max_bytes", "500", "wrong-type"),
    ],
    "scales": [
        appended("no-such-item", "unknown-reference", (), "scales", 0, "items"),
        replaced("", "empty-text", "scales", 0, "source"),
        dropped("scales", 0, "construct"),
    ],
    "first attribute": [
        missing_language,
        replaced("payroll", "unknown-value", "attributes", 0, "source"),
        dropped("attributes", 0, "source"),
        dropped("attributes", 0, "levels"),
    ],
    "second attribute": [reserved_level, replaced("because", "wrong-type", "attributes", 1, "reason")],
    "hierarchy": [
        of_step("levels", [], "key-not-for-path"),
        of_step("ordered", True, "key-not-for-path"),
        of_step("source", "self", "path-needs-roster"),
        of_step("path", "No path", "bad-id"),
        of_step("path", 5, "wrong-type"),
        of_step("path", "person", "path-taken"),
        apart,
        one_step,
    ],
    "crosses": [crossed_steps, crossed_twice],
    "breakdowns": [
        appended([], "too-few", (), "breakdowns"),
        appended(["no-such-attribute"], "unknown-reference", (0,), "breakdowns"),
        appended("x", "wrong-type", (), "breakdowns"),
    ],
}
SINGLE = [(part, number) for part, faults in FAULTS.items() for number in range(len(faults))]
