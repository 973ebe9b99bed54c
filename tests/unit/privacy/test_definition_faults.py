"""Each fault of a definition is reported under its id and at its place, and all of them at once."""

import pytest

from privacy.definition import parse, response_bytes
from privacy.errors import Invalid
from tests.unit.privacy.definition_data import Data, both
from tests.unit.privacy.definition_faults import FAULTS, FOLLOWED_BY_OTHERS


def faults(definition: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        parse(definition)
    return [(problem.id, problem.place) for problem in caught.value.problems if problem.severity == "error"]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_the_one_that_is_reported(definition: Data, name: str) -> None:
    change, problem, place = FAULTS[name]
    change(definition)
    found = faults(definition)
    assert (problem, place) in found
    if name not in FOLLOWED_BY_OTHERS:
        assert found == [(problem, place)]


def test_all_faults_are_reported_at_once(definition: Data) -> None:
    for name in ("unknown cadence", "empty text", "unknown theme", "reserved level", "breakdown by nothing"):
        FAULTS[name][0](definition)
    assert {problem for problem, _ in faults(definition)} == {
        "unknown-value",
        "empty-text",
        "unknown-reference",
        "reserved-id",
        "too-few",
    }


def test_a_response_is_at_most_16_kib(definition: Data) -> None:
    rest = response_bytes(parse(definition).questions[:5], parse(definition).attributes)
    for number in range(4):
        comment = {"id": f"c-{number}", "type": "text", "text": both("What?"), "max_bytes": 4_000}
        definition["questions"].append(comment)
    definition["questions"][5]["max_bytes"] = 16_384 - rest - 4 * 4_002 - 2
    assert response_bytes(parse(definition).questions, parse(definition).attributes) == 16_384
    definition["questions"][5]["max_bytes"] += 1
    assert faults(definition) == [("response-too-large", "questions")]


def test_101_questions_are_too_many(definition: Data) -> None:
    question = definition["questions"][4]
    definition["questions"] += [{**question, "id": f"q-{number}"} for number in range(94)]
    parse(definition)
    definition["questions"].append({**question, "id": "last"})
    assert faults(definition) == [("too-many", "questions")]


def test_13_attributes_are_too_many(definition: Data) -> None:
    attribute = definition["attributes"][0]
    definition["attributes"] += [{**attribute, "id": f"a-{number}"} for number in range(10)]
    parse(definition)
    definition["attributes"].append({**attribute, "id": "last"})
    assert faults(definition) == [("too-many", "attributes")]


@pytest.mark.parametrize("value", [None, [], "text", 3, True])
def test_what_is_not_a_mapping_is_no_definition(value: object) -> None:
    assert ("wrong-type", "definition") in faults(value)
