"""The command line of the tally, as far as it needs no store."""

from pathlib import Path

import pytest

from service import cli


@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "--count", "0"],
        ["keys", "--count", "many"],
        ["run"],
        ["run", "w-1", "--workers", "0"],
        ["watch", "--every", "0"],
        ["publish"],
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_2(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["tally", "--data", str(tmp_path), *arguments])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("command", [["keys"], ["run", "w-1"], ["watch", "--once"]])
def test_a_store_that_is_not_there_is_one_line_and_exit_code_2(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["tally", "--data", str(tmp_path / "nowhere"), *command])
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "the main store cannot be opened" in lines[0]


def test_a_store_without_its_tables_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["tally", "--data", str(tmp_path), "keys"])
    assert "run sottovoce migrate" in capsys.readouterr().err
    assert not (tmp_path / "keys").exists()
