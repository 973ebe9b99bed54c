"""The demonstration works from one command, on an empty folder, and says what it did."""

import json
import os
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


def test_the_demo_refuses_a_folder_with_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    ended = sottovoce("demo", "--once", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert str(tmp_path) in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
