from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from privacy.definition import parse, response_bytes
from privacy.errors import Invalid
from privacy.survey import Attribute, Option, Question, Scale, Survey, Theme

Data = dict[str, Any]


def both(text: str) -> dict[str, str]:
    return {"en": text, "de": f"{text} (de)"}


def option(identifier: str) -> Data:
    return {"id": identifier, "text": both(identifier)}


@pytest.fixture
def data() -> Data:
    return {
        "id": "team-pulse",
        "version": "1.0",
        "title": both("Team pulse"),
        "languages": ["en", "de"],
        "cadence": "monthly",
        "option_lists": {"agreement": [option(f"step-{step}") for step in range(1, 6)]},
        "themes": [{"id": "workload", "text": both("Workload")}],
        "questions": [
            {
                "id": "time",
                "type": "scale",
                "text": both("I have time."),
                "options": "agreement",
                "theme": "workload",
            },
            {
                "id": "evenings",
                "type": "scale",
                "text": both("I work late."),
                "options": "agreement",
                "reverse": True,
            },
            {
                "id": "where",
                "type": "choice",
                "text": both("Where do you work best?"),
                "options": [option("desk"), option("home")],
            },
            {
                "id": "tools",
                "type": "multiple",
                "text": both("Which tools?"),
                "options": [option("a"), option("b")],
            },
            {"id": "recommend", "type": "nps", "text": both("Would you recommend us?")},
            {"id": "lighter", "type": "text", "text": both("What would help?"), "max_bytes": 500},
        ],
        "scales": [{"construct": "Workload", "source": "Our own", "items": ["time", "evenings"]}],
        "attributes": [
            {
                "id": "site",
                "source": "roster",
                "text": both("Which site?"),
                "levels": [option("north"), option("south")],
            },
            {
                "id": "tenure",
                "source": "self",
                "text": both("How long?"),
                "levels": [option("short"), option("long")],
                "reason": both("To see how newcomers fare."),
            },
        ],
        "breakdowns": [["site"], ["site", "tenure"]],
    }


def faults(data: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        parse(data)
    return [(problem.id, problem.place) for problem in caught.value.problems if problem.severity == "error"]


def test_a_sound_definition_becomes_a_survey(data: Data) -> None:
    steps = tuple(Option(f"step-{step}", both(f"step-{step}")) for step in range(1, 6))
    assert parse(data) == Survey(
        id="team-pulse",
        version="1.0",
        title=both("Team pulse"),
        languages=("en", "de"),
        cadence="monthly",
        themes=(Theme("workload", both("Workload")),),
        questions=(
            Question("time", "scale", both("I have time."), steps, ("step-4", "step-5"), theme="workload"),
            Question("evenings", "scale", both("I work late."), steps, ("step-1", "step-2"), reverse=True),
            Question(
                "where",
                "choice",
                both("Where do you work best?"),
                (Option("desk", both("desk")), Option("home", both("home"))),
            ),
            Question(
                "tools", "multiple", both("Which tools?"), (Option("a", both("a")), Option("b", both("b")))
            ),
            Question("recommend", "nps", both("Would you recommend us?")),
            Question("lighter", "text", both("What would help?"), max_bytes=500),
        ),
        scales=(Scale("Workload", "Our own", ("time", "evenings")),),
        attributes=(
            Attribute(
                "site",
                both("Which site?"),
                (Option("north", both("north")), Option("south", both("south"))),
                "roster",
            ),
            Attribute(
                "tenure",
                both("How long?"),
                (Option("short", both("short")), Option("long", both("long"))),
                "self",
                both("To see how newcomers fare."),
            ),
        ),
        breakdowns=(("site",), ("site", "tenure")),
    )


def test_only_a_name_texts_languages_and_one_question_are_needed(data: Data) -> None:
    minimal = {key: data[key] for key in ("id", "version", "title", "languages")}
    survey = parse({**minimal, "questions": [data["questions"][4]]})
    assert (survey.attributes, survey.themes, survey.breakdowns, survey.scales) == ((), (), (), ())
    assert survey.cadence is None


def test_texts_come_in_the_order_of_the_languages(data: Data) -> None:
    data["title"] = {"de": "Teampuls", "en": "Team pulse"}
    assert list(parse(data).title) == ["en", "de"]


@pytest.mark.parametrize(
    ("length", "reverse", "favourable"),
    [
        (2, False, [2]),
        (3, False, [3]),
        (3, True, [1]),
        (4, False, [3, 4]),
        (5, True, [1, 2]),
        (7, False, [6, 7]),
        (11, True, [1, 2]),
    ],
)
def test_favourable_is_by_default_the_end_that_scores_high(
    data: Data, length: int, reverse: bool, favourable: list[int]
) -> None:
    data["option_lists"]["agreement"] = [option(f"step-{step}") for step in range(1, length + 1)]
    data["questions"][0]["reverse"] = reverse
    assert parse(data).questions[0].favourable == tuple(f"step-{step}" for step in favourable)


def test_favourable_options_that_are_named_come_in_the_order_of_the_scale(data: Data) -> None:
    data["questions"][0]["favourable"] = ["step-5", "step-3"]
    assert parse(data).questions[0].favourable == ("step-3", "step-5")


def _set(*path: Any) -> Callable[[Data], None]:
    *most, last, value = path

    def change(data: Data) -> None:
        target: Any = data
        for part in most:
            target = target[part]
        target[last] = value

    return change


def _add(*path: Any) -> Callable[[Data], None]:
    *parts, value = path

    def change(data: Data) -> None:
        target: Any = data
        for part in parts:
            target = target[part]
        target.append(value)

    return change


def _drop(*path: Any) -> Callable[[Data], None]:
    *most, last = path

    def change(data: Data) -> None:
        target: Any = data
        for part in most:
            target = target[part]
        del target[last]

    return change


FAULTS: dict[str, tuple[Callable[[Data], None], str, str]] = {
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
}


# A question that is not there leaves its theme unused and its scale short of an item; and so on.
FOLLOWED_BY_OTHERS = (
    "21 languages",
    "no questions",
    "questions as a mapping",
    "second question of one id",
    "name of an option list",
)


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_the_one_that_is_reported(data: Data, name: str) -> None:
    change, problem, place = FAULTS[name]
    change(data)
    found = faults(data)
    assert (problem, place) in found
    if name not in FOLLOWED_BY_OTHERS:
        assert found == [(problem, place)]


def test_all_faults_are_reported_at_once(data: Data) -> None:
    for name in ("unknown cadence", "empty text", "unknown theme", "reserved level", "breakdown by nothing"):
        FAULTS[name][0](data)
    assert {problem for problem, _ in faults(data)} == {
        "unknown-value",
        "empty-text",
        "unknown-reference",
        "reserved-id",
        "too-few",
    }


def test_warnings_are_reported_beside_faults(data: Data) -> None:
    data["cadence"] = "daily"
    data["questions"][5]["text"]["en"] = "What is your name?"
    with pytest.raises(Invalid) as caught:
        parse(data)
    assert [(p.id, p.severity) for p in caught.value.problems] == [
        ("unknown-value", "error"),
        ("identifies", "warning"),
    ]


def test_problems_come_in_the_order_of_their_lines(data: Data) -> None:
    data["cadence"], data["version"] = "daily", "?"
    lines = {"version": 20, "cadence": 10}
    with pytest.raises(Invalid) as caught:
        parse(data, lambda place: lines[str(place[0])])
    assert [(p.line, p.place) for p in caught.value.problems] == [(10, "cadence"), (20, "version")]


def test_a_wrong_name_is_answered_with_the_nearest_right_one(data: Data) -> None:
    data["questions"][5]["max-bytes"] = 5
    data["questions"][1]["theme"] = "worklod"
    with pytest.raises(Invalid) as caught:
        parse(data)
    assert [problem.remedy for problem in caught.value.problems] == [
        "did you mean workload",
        "did you mean max_bytes",
    ]


@pytest.mark.parametrize(
    "value",
    ["\x1b[31mred", "a\nb", "\u202eevil", "x" * 10_000, 10**5_000, float("nan")],
    ids=["escape", "two lines", "direction", "long", "huge", "nan"],
)
def test_a_message_is_one_short_printable_line_whatever_was_given(data: Data, value: object) -> None:
    data["cadence"] = value
    data[str(value) if isinstance(value, str) else "x"] = value
    with pytest.raises(Invalid) as caught:
        parse(data)
    for problem in caught.value.problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 500


def test_a_remedy_suggests_no_name_that_cannot_be_printed(data: Data) -> None:
    data["option_lists"] = {"\x1b[31m": data["option_lists"]["agreement"]}
    with pytest.raises(Invalid) as caught:
        parse(data)
    assert all(str(problem).isprintable() for problem in caught.value.problems)


def test_the_size_of_a_response_is_that_of_the_protocol(data: Data) -> None:
    survey = parse(data)
    kind, scales, choice, multiple, nps, attributes, comment = 1, 2, 1, 1 + 1, 1, 2, 2 + 500
    expected = kind + scales + choice + multiple + nps + attributes + comment
    assert response_bytes(survey.questions, survey.attributes) == expected


def test_a_response_is_at_most_16_kib(data: Data) -> None:
    rest = response_bytes(parse(data).questions[:5], parse(data).attributes)
    for number in range(4):
        comment = {"id": f"c-{number}", "type": "text", "text": both("What?"), "max_bytes": 4_000}
        data["questions"].append(comment)
    data["questions"][5]["max_bytes"] = 16_384 - rest - 4 * 4_002 - 2
    assert response_bytes(parse(data).questions, parse(data).attributes) == 16_384
    data["questions"][5]["max_bytes"] += 1
    assert faults(data) == [("response-too-large", "questions")]


def test_101_questions_are_too_many(data: Data) -> None:
    question = data["questions"][4]
    data["questions"] += [{**question, "id": f"q-{number}"} for number in range(94)]
    parse(data)
    data["questions"].append({**question, "id": "last"})
    assert faults(data) == [("too-many", "questions")]


def test_13_attributes_are_too_many(data: Data) -> None:
    attribute = data["attributes"][0]
    data["attributes"] += [{**attribute, "id": f"a-{number}"} for number in range(10)]
    parse(data)
    data["attributes"].append({**attribute, "id": "last"})
    assert faults(data) == [("too-many", "attributes")]


@pytest.mark.parametrize("value", [None, [], "text", 3, True])
def test_what_is_not_a_mapping_is_no_definition(value: object) -> None:
    assert ("wrong-type", "definition") in faults(value)
