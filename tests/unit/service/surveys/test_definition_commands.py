from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.surveys.definition_commands import definitions_app
from service.surveys.definition_file import SHIPPED, shipped

FAULTY = """\
id: pulse
version: "1"
title: {en: Pulse}
languages: [en]
questions:
  - id: Who
    type: text
    max_bytes: 200
    text: {en: What is your name?}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pulse.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(definitions_app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_shipped_definitions_pass() -> None:
    result = run("check", *shipped().values())
    assert result.exit_code == 0
    assert "warning" not in result.output
    assert len(result.output.splitlines()) == len(shipped())


def test_each_problem_has_its_line_and_errors_end_with_2(file: Path) -> None:
    result = run("check", file)
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        f"{file}:6: questions[0].id: 'Who' is not an id; use at most 64 of a-z and 0-9, joined by single "
        "hyphens, such as speaking-up [bad-id]",
        f"{file}:9: warning: questions[0].text: it asks for a name; leave it out: the answer tells who "
        "gave it [identifies]",
    ]


def test_warnings_alone_end_with_0(file: Path) -> None:
    file.write_text(FAULTY.replace("Who", "who"), encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 0
    assert f"{file}:9: warning: questions[0].text:" in result.output


def test_one_faulty_file_does_not_hide_another(file: Path, tmp_path: Path) -> None:
    result = run("check", tmp_path / "missing.yaml", file, SHIPPED / "psychological-safety.yaml")
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.output.splitlines()] == [
        f"{tmp_path / 'missing.yaml'}",
        f"{file}",
        f"{file}",
        f"{SHIPPED / 'psychological-safety.yaml'}",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty-file"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not-utf-8"),
        (b"a: [1,\n", "yaml-syntax"),
        (b"[" * 50_000, "yaml-too-deep"),
        (b"# " + b"x" * 1024 * 1024, "file-too-large"),
        (b"id: \x1b[31mred\n", "yaml-syntax"),
    ],
    ids=["empty", "binary", "broken", "deep", "large", "escape"],
)
def test_a_file_that_is_no_definition_is_one_line(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    result = run("check", path)
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert line.endswith(f"[{problem}]")
    assert line.isprintable()


def test_an_alias_bomb_is_one_line_an_alias(tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    text = FAULTY.replace("Who", "who").replace("{en: Pulse}", "&a {en: Pulse}").replace("max_bytes: 200", "")
    path.write_text(
        text.replace("{en: What is your name?}", "*a").replace("text\n", "nps\n"), encoding="utf-8"
    )
    result = run("check", path)
    assert result.exit_code == 2
    assert [line.split("[")[-1] for line in result.output.splitlines()] == ["yaml-alias]"]


def test_a_missing_file_and_a_directory_are_one_line_each(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.yaml", tmp_path)
    assert result.exit_code == 2
    assert [line.split("[")[-1] for line in result.output.splitlines()] == ["file-unreadable]"] * 2


def test_the_shipped_definitions_are_listed() -> None:
    result = run("list")
    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.output.splitlines()] == list(shipped())


def test_a_definition_shows_its_programs_and_what_to_hold_against_it() -> None:
    output = run("show", "recognition", "--language", "fr").output
    assert "Programs: recognition\n" in output
    assert "Outside figure: Part des personnes reconnues par le programme en un trimestre" in output


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_definition_is_shown_in_each_of_its_languages(language: str) -> None:
    result = run("show", "inclusion-and-belonging", "--language", language)
    assert result.exit_code == 0
    title = {"en": "Inclusion and belonging", "de": "Inklusion und Zugehörigkeit"}[language]
    assert result.output.startswith(title)
    assert "hearing-back" in result.output


def test_a_hierarchy_is_shown_with_its_column(file: Path) -> None:
    steps = "attributes:\n" + "".join(
        f"  - {{id: {step}, path: unit, text: {{en: Your {step}}}}}\n" for step in ("department", "team")
    )
    file.write_text(FAULTY.replace("Who", "who") + steps, encoding="utf-8")
    shown = run("show", file).output
    assert "Your team (team, roster)" in shown
    assert "the units of the roster's column unit" in shown


def test_a_file_is_shown_too() -> None:
    assert (
        run("show", SHIPPED / "psychological-safety.yaml").output
        == run("show", "psychological-safety").output
    )


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["psychological-safety", "--language", "nl"]], ids=["definition", "language"]
)
def test_what_is_not_there_to_be_shown_is_one_line(arguments: list[str]) -> None:
    result = run("show", *arguments)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
