"""The demonstration works from one command, on an empty folder, and says what it did."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SOTTOVOCE_")}


def sottovoce(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a user would."""
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def test_the_demo_ends_with_a_signed_release_on_standard_output(tmp_path: Path) -> None:
    ended = sottovoce("demo", "--people", "60", "--once", "--json", "--data", str(tmp_path / "demo"))
    assert ended.returncode == 0, ended.stderr
    release = json.loads(ended.stdout)
    assert release["format"] == "sottovoce-release-2"
    assert release["board"]["invited"] == 60
    assert 30 < release["board"]["responses"] < 60
    assert release["board"]["responses"] == release["board"]["issued"]
    assert "not found" in ended.stderr
    assert "1 withdrawn" in ended.stderr
    assert "withheld" in ended.stderr


def test_the_demo_runs_where_groups_are_merged_or_left_out(tmp_path: Path) -> None:
    ended = sottovoce("demo", "--people", "30", "--once", "--data", str(tmp_path / "demo"))
    assert ended.returncode == 0, ended.stderr
    assert "30 invited" in ended.stdout


def test_the_demo_goes_on_with_an_open_wave_and_a_schedule_until_it_is_stopped(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "demo",
        "--people",
        "60",
        "--data",
        str(tmp_path / "demo"),
    ]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if line.startswith("End with"):
                process.terminate()
    assert process.returncode == 0
    key = next(line for line in said if "Bearer" in line).partition("Bearer ")[2].partition("'")[0]
    assert key.startswith("sv_")
    assert re.fullmatch(
        r"[34] more waves will come by themselves .*", said[said.index(schedule_in(said)) - 1]
    )
    assert any("/w/" in line and "#" in line for line in said)


def schedule_in(said: list[str]) -> str:
    """The line with the address of a schedule."""
    return next(
        line for line in said if re.fullmatch(r"http://127\.0\.0\.1:\d+/surveys/[\w-]+/schedule", line)
    )


def test_the_demo_refuses_a_folder_with_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    ended = sottovoce("demo", "--once", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert str(tmp_path) in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
