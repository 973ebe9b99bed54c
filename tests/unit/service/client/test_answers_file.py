import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privacy.answers import Response, encode, layout_of
from privacy.decoding import decode
from privacy.errors import Invalid
from service.client.answers_file import read_answers
from tests.survey_parts import hierarchy


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "answers"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def _places(server: Any, path: Path) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        read_answers(path, server.manifest)
    return sorted(problem.place for problem in refusal.value.problems)


def test_yaml_and_json_say_the_same(
    server: Any, answers_file: Path, full_response: Response, written: Any
) -> None:
    assert read_answers(answers_file, server.manifest) == full_response
    value = {
        "safe": "often",
        "where": "home",
        "tools": ["wiki", "chat"],
        "recommend": 9,
        "comment": " Grüße\n",
        "attributes": {"unit": "south"},
    }
    assert read_answers(written(json.dumps(value)), server.manifest) == full_response
    assert (
        read_answers(written(b"\xef\xbb\xbf" + json.dumps(value).encode()), server.manifest) == full_response
    )


def test_what_is_left_out_or_null_is_skipped(server: Any, written: Any) -> None:
    skipped = Response(dict.fromkeys(("safe", "where", "tools", "recommend", "comment")), {"unit": None})
    for content in ("{}", "safe: null\ncomment: ''\nattributes: null", "attributes: {unit: null}"):
        assert read_answers(written(content), server.manifest) == skipped


def test_an_empty_list_is_none_of_these(server: Any, written: Any) -> None:
    assert read_answers(written("tools: []"), server.manifest).answers["tools"] == frozenset()


def test_every_fault_is_named_at_once_with_its_place(server: Any, written: Any) -> None:
    path = written(
        "safe: always\nwhere: [home]\ntools: chat\nrecommend: 11\ncomment: 3\nmood: good\n"
        "attributes: {unit: west, height: tall}\n"
    )
    assert _places(server, path) == [
        "attributes.height", "attributes.unit", "comment", "mood", "recommend", "safe", "tools", "where",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("recommend: true", "recommend"),
        ("recommend: 9.5", "recommend"),
        ("recommend: '9'", "recommend"),
        ("safe: true", "safe"),
        ("safe: {often: 1}", "safe"),
        ("tools: [chat, fax]", "tools"),
        (f"comment: {'ü' * 31}", "comment"),
        ('{"comment": "\\ud800"}', "comment"),
        ("attributes: [unit]", "attributes"),
        ("1: 2", "1"),
        ("? [safe]\n: often", "('safe',)"),
    ],
)
def test_an_answer_that_the_question_does_not_take_is_a_fault(
    server: Any, written: Any, content: str, place: str
) -> None:
    assert _places(server, written(content)) == [place]


def test_a_near_miss_gets_a_suggestion(server: Any, written: Any) -> None:
    with pytest.raises(Invalid, match="did you mean recommend"):
        read_answers(written("recomend: 9"), server.manifest)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"safe: [often",
        b"safe: often\nsafe: never",
        b"&a [*a, *b]",
        b"!!python/object/apply:os.system ['true']",
        b"x" * (1024 * 1024 + 1),
        b"[" * 100_000,
    ],
    ids=range(7),
)
def test_what_cannot_be_read_is_one_fault_of_the_file(server: Any, written: Any, content: bytes) -> None:
    path = written(content)
    with pytest.raises(Invalid) as refusal:
        read_answers(path, server.manifest)
    assert [problem.place for problem in refusal.value.problems] == [str(path)]
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("content", ["", "[]", "often", "3"])
def test_what_is_no_mapping_is_a_fault(server: Any, written: Any, content: str) -> None:
    assert _places(server, written(content)) == ["answers"]


def test_a_missing_file_is_a_fault(server: Any, tmp_path: Path) -> None:
    assert _places(server, tmp_path / "missing") == [str(tmp_path / "missing")]


def test_an_option_id_that_looks_like_a_number_may_be_written_as_one(server: Any, written: Any) -> None:
    from dataclasses import replace

    from privacy.survey import Option

    first, *rest = server.manifest.questions
    numbered = replace(
        first, options=tuple(Option(str(place), {"en": "x"}) for place in range(1, 6)), favourable=()
    )
    manifest = replace(server.manifest, questions=(numbered, *rest))
    assert read_answers(written("safe: 4"), manifest).answers["safe"] == 3


@pytest.mark.parametrize(
    ("stated", "levels"),
    [
        ("{team: team-3}", (2, 3)),
        ("{department: department-2, team: team-3}", (2, 3)),
        ("{team: null}", (None, None)),
        ("{}", (None, None)),
    ],
)
def test_the_finest_level_of_a_hierarchy_suffices(
    server: Any, written: Any, stated: str, levels: tuple[int | None, ...]
) -> None:
    steps = hierarchy(("department", [3]), ("team", [1, 2, 2]))
    manifest = replace(server.manifest, attributes=steps)
    layout = layout_of(manifest)
    response = decode(layout, encode(layout, read_answers(written(f"attributes: {stated}"), manifest)))
    assert response is not None
    assert tuple(response.attributes.values()) == levels


@pytest.mark.parametrize(
    ("stated", "problem", "place"),
    [
        ("{department: department-2}", "path-in-part", "attributes.team"),
        ("{department: department-1, team: team-3}", "another-path", "attributes.department"),
    ],
)
def test_levels_that_do_not_lie_in_one_another_are_refused(
    server: Any, written: Any, stated: str, problem: str, place: str
) -> None:
    steps = hierarchy(("department", [3]), ("team", [1, 2, 2]))
    manifest = replace(server.manifest, attributes=steps)
    with pytest.raises(Invalid) as refused:
        encode(layout_of(manifest), read_answers(written(f"attributes: {stated}"), manifest))
    assert [(found.id, found.place) for found in refused.value.problems] == [(problem, place)]
