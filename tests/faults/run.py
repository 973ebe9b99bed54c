"""``python -m tests.faults.run``: plants each fault of seeded.py in a copy of the source and sees it found.

For each fault its tests run on a copy in which it is planted; one of them must fail. First all of them run on
a copy as it is, where none may fail. With arguments, only the faults whose names contain one of them.
"""

import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.faults.fault import Fault
from tests.faults.forked import Done, run_pytest
from tests.faults.seeded import FAULTS

SOURCE = Path(__file__).parents[2]
COPIED = ("privacy", "service", "survey_definitions", "tests", "docs")
AT_A_TIME = 2
LONGEST = 600  # seconds
FOUND = 1  # pytest's exit code if tests ran and some failed


def copy_of_source(folder: Path) -> Path:
    """Everything that tests need, in ``folder``, without caches."""
    folder.mkdir()
    for name in COPIED:
        shutil.copytree(SOURCE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(SOURCE / "pyproject.toml", folder)
    return folder


def pytest_in(folder: Path, tests: tuple[str, ...], *options: str) -> Done:
    """Run tests with ``folder`` as the place that privacy and service are imported from."""
    # Assertions are left as they are written: what they compare is not looked at.
    plain = ["-q", "-p", "no:cacheprovider", "--tb=line", "--assert=plain", "-p", "tests.faults.origin"]
    return run_pytest(folder, [*plain, *options, *tests], LONGEST)


@contextmanager
def planted(fault: Fault, folder: Path) -> Iterator[None]:
    """The fault in the copy in ``folder``. Raises ValueError if its texts are not there exactly once."""
    before = {name: (folder / name).read_text() for name in {edit.file for edit in fault.edits}}
    after = dict(before)
    for edit in fault.edits:
        times = after[edit.file].count(edit.old)
        if times != 1 or edit.old == edit.new:
            raise ValueError(f"{edit.file} has {edit.old!r} {times} times, not once")
        after[edit.file] = after[edit.file].replace(edit.old, edit.new)
    try:
        for name, content in after.items():
            _write(folder / name, content)
        yield
    finally:
        for name, content in before.items():
            _write(folder / name, content)


def _write(path: Path, content: str) -> None:
    path.write_text(content)
    # A compiled file is told apart by second and size alone.
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


def verdict(fault: Fault, folder: Path) -> str | None:
    """What is wrong with a fault that was not found, in one line; None if it was."""
    try:
        with planted(fault, folder):
            done = pytest_in(folder, fault.tests, "-x")
    except TimeoutError:
        return f"its tests took more than {LONGEST} s"
    except (ValueError, OSError) as error:
        return f"cannot be planted any more: {error}"
    if done.returncode == FOUND:
        return None
    if done.returncode == 0:
        return f"survived {', '.join(fault.tests)}"
    last = done.output.strip().splitlines()[-1:]
    return f"its tests did not run: {' '.join(last)}"


def faults_named(words: list[str]) -> list[Fault]:
    """The faults whose names contain one of ``words``; all without words."""
    return [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]


def main(words: list[str]) -> int:
    """Exit code 0 if every fault was found, else 1 with a line for each that was not."""
    started, faults = time.monotonic(), faults_named(words)
    with TemporaryDirectory(prefix="sottovoce-faults-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()

        def judged(fault: Fault) -> str | None:
            copy = copies.get()
            try:
                return verdict(fault, copy)
            finally:
                copies.put(copy)

        tests = tuple(dict.fromkeys(test for fault in faults for test in fault.tests))
        parts = [tests[number::AT_A_TIME] for number in range(min(AT_A_TIME, len(tests)))]
        whole = copy_of_source(Path(folder) / "whole")
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            for sound in threads.map(lambda part: pytest_in(whole, part, "-rfE"), parts):
                if sound.returncode != 0:
                    sys.stderr.write(f"{sound.output}without any fault these tests fail already\n")
                    return 1
            for number in range(AT_A_TIME):  # with what that run has compiled
                copies.put(Path(shutil.copytree(whole, Path(folder) / str(number))))
            verdicts = list(threads.map(judged, faults))
    wrong = [(fault, why) for fault, why in zip(faults, verdicts, strict=True) if why is not None]
    for fault, why in wrong:
        sys.stderr.write(f"{fault.name}: {why}\n")
    taken = round(time.monotonic() - started)
    sys.stdout.write(f"{len(faults) - len(wrong)} of {len(faults)} seeded faults found in {taken} s\n")
    return 1 if wrong or not faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
