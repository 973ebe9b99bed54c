from pathlib import Path

import pytest

from privacy.errors import Invalid, Problem
from service.surveys import definition_file
from service.surveys.definition_file import FILE_BYTES, load, load_file, load_shipped, shipped

SOUND = """\
id: pulse
version: "1"
title: {en: Pulse}
languages: [en]
questions:
  - id: recommend
    type: nps
    text: {en: Would you recommend us?}
  - id: lighter
    type: text
    max_bytes: 200
    text:
      en: What would make work lighter?
"""


def problems(text: str) -> list[tuple[str, str, int | None]]:
    with pytest.raises(Invalid) as caught:
        load(text)
    return [(problem.id, problem.place, problem.line) for problem in caught.value.problems]


def one_problem(path: Path) -> Problem:
    with pytest.raises(Invalid) as caught:
        load_file(path)
    (problem,) = caught.value.problems
    assert str(problem).isprintable()
    return problem


def test_a_sound_file_becomes_a_survey_without_warnings() -> None:
    survey, warnings = load(SOUND)
    assert [question.id for question in survey.questions] == ["recommend", "lighter"]
    assert warnings == ()


def test_json_is_read_too() -> None:
    text = (
        '{"id": "pulse", "version": "1", "title": {"en": "Pulse"}, "languages": ["en"],'
        ' "questions": [{"id": "q", "type": "nps", "text": {"en": "Caf\\u00e9?"}}]}'
    )
    assert load(text)[0].questions[0].text == {"en": "Café?"}


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "pulse.yaml"
    path.write_bytes(("\ufeff" + SOUND).replace("\n", "\r\n").encode())
    assert load_file(path) == load(SOUND)


def test_a_warning_has_its_line() -> None:
    survey, warnings = load(SOUND.replace("What would make work lighter?", "What is your name?"))
    assert survey.id == "pulse"
    assert [(warning.id, warning.line) for warning in warnings] == [("identifies", 12)]


def test_faults_of_form_and_of_content_are_reported_together() -> None:
    text = SOUND.replace("max_bytes: 200", "max_bytes: 0\n    max_bytes: 5").replace(
        "type: nps", "type: !x nps"
    )
    assert problems(text) == [
        ("yaml-tag", "questions[0].type", 7),
        ("out-of-range", "questions[1].max_bytes", 11),
        ("duplicate-key", "questions[1].max_bytes", 12),
    ]


def test_a_fault_of_form_alone_is_enough_to_refuse() -> None:
    assert problems(SOUND + "id: pulse\n") == [("duplicate-key", "id", 14)]
    assert problems(SOUND + "---\n" + SOUND) == [("yaml-several-documents", "definition", 14)]


def test_an_alias_is_reported_once_and_not_again_for_its_missing_value() -> None:
    text = SOUND.replace("{en: Pulse}", "&title {en: Pulse}").replace(
        "{en: Would you recommend us?}", "*title"
    )
    assert problems(text) == [("yaml-alias", "questions[0].text", 8)]


def test_a_plain_number_as_version_is_answered_with_quotes() -> None:
    with pytest.raises(Invalid) as caught:
        load(SOUND.replace('"1"', "1"))
    (problem,) = caught.value.problems
    assert (problem.id, problem.line, problem.remedy) == ("wrong-type", 2, "put it in quotes")


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n"])
def test_an_empty_text_is_one_problem(text: str) -> None:
    assert problems(text) == [("empty-file", "file", 1)]


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "3\n"])
def test_a_text_that_is_no_mapping_is_refused(text: str) -> None:
    assert ("wrong-type", "definition", 1) in problems(text)


def test_a_text_beyond_1_mib_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definition_file, "read_yaml", pytest.fail)
    assert problems("é" * (FILE_BYTES // 2) + "a") == [("file-too-large", "file", None)]


def test_a_file_of_1_mib_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text(SOUND + "# " + "x" * (FILE_BYTES - len(SOUND) - 2), encoding="utf-8")
    assert path.stat().st_size == FILE_BYTES
    assert load_file(path)[0].id == "pulse"
    path.write_bytes(path.read_bytes() + b"x")
    assert one_problem(path).id == "file-too-large"


def test_an_endless_file_is_refused() -> None:
    assert one_problem(Path("/dev/zero")).id == "file-too-large"


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    assert one_problem(tmp_path / "missing.yaml").id == "file-unreadable"
    assert one_problem(tmp_path).id == "file-unreadable"
    assert one_problem(Path("a\0b")).id == "file-unreadable"


def test_a_binary_file_is_one_problem_with_the_line_of_the_first_bad_byte(tmp_path: Path) -> None:
    path = tmp_path / "picture.yaml"
    path.write_bytes(b"id: pulse\n\x89PNG\r\n\xff\xfe\x00")
    problem = one_problem(path)
    assert (problem.id, problem.line) == ("not-utf-8", 2)


def test_a_flood_of_faults_is_cut() -> None:
    assert len(problems("\n".join(f"k-{number}: 1\nk-{number}: 2" for number in range(2_000)))) == 1_000


def test_every_shipped_definition_is_loaded_by_its_id() -> None:
    assert {"inclusion-and-belonging", "psychological-safety"} < set(shipped())
    for identifier in shipped():
        assert load_shipped(identifier).id == identifier


def test_a_definition_that_is_not_shipped_is_answered_with_the_nearest() -> None:
    with pytest.raises(Invalid, match="did you mean psychological-safety"):
        load_shipped("psychologic-safety")
