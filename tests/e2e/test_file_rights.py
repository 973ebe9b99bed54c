"""What the service writes is its owner's alone, even in a folder that others may read."""

import os
import stat
import subprocess
import sys
from pathlib import Path


def test_no_file_that_a_command_makes_is_open_to_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOTTOVOCE_")}
    environment["SOTTOVOCE_DATA"] = str(data)
    for command in (
        ["migrate"],
        ["tally", "keys", "--count", "2"],
        ["keys", "create", "--name", "x", "--role", "admin"],
    ):
        subprocess.run(
            [sys.executable, "-m", "service.cli", *command], env=environment, check=True, capture_output=True
        )
    made = list(data.rglob("*"))
    assert len(made) >= 6
    assert not [path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077]
