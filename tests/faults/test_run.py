"""The run of the seeded faults tells a fault that is found from one that is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.fault import Edit, Fault
from tests.faults.run import SOURCE, copy_of_source, pytest_in, verdict
from tests.faults.seeded import FAULTS

TEST = "tests/unit/privacy/test_figures.py::test_a_reversed_item_scores_from_its_other_end"
SCORES = "tuple(reversed(scores) if question.reverse else scores)"
FILE = "privacy/figures.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_source(tmp_path_factory.mktemp("faults") / "copy")


def test_a_fault_that_a_test_finds_is_found_and_the_copy_mended(copy: Path) -> None:
    content = (copy / FILE).read_bytes()
    assert verdict(Fault("reversed", (Edit(FILE, SCORES, "tuple(scores)"),), (TEST,)), copy) is None
    assert (copy / FILE).read_bytes() == content


def test_a_change_that_no_test_minds_survives(copy: Path) -> None:
    harmless = Edit(FILE, SCORES, f"{SCORES}  # as it was")
    assert verdict(Fault("nothing", (harmless,), (TEST,)), copy) == f"survived {TEST}"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(FILE, "no such text", ""), "0 times"),
        (Edit(FILE, "question", ""), "times, not once"),
        (Edit(FILE, SCORES, SCORES), "1 times"),
        (Edit("privacy/gone.py", "x", ""), "No such file"),
    ],
)
def test_a_fault_whose_text_is_not_there_once_is_not_planted(copy: Path, edit: Edit, why: str) -> None:
    said = verdict(Fault("nowhere", (edit,), (TEST,)), copy)
    assert said is not None
    assert said.startswith("cannot be planted any more")
    assert why in said
    assert (copy / FILE).read_bytes() == (SOURCE / FILE).read_bytes()


@pytest.mark.parametrize("new", ["tuple(", "1 / 0\n\n\ntuple(scores)"])
def test_a_fault_that_keeps_its_tests_from_running_is_not_found(copy: Path, new: str) -> None:
    said = verdict(Fault("broken", (Edit(FILE, "NPS_WEIGHTS = ", f"{new} = "),), (TEST,)), copy)
    assert said is not None
    assert said.startswith("its tests did not run")


def test_a_run_that_imports_from_elsewhere_ends(copy: Path, tmp_path: Path) -> None:
    """The project may be installed in place, and then it would be the sound source that is tested."""
    done = pytest_in(copy, (TEST,))
    assert done.returncode == 0
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "tests.faults.origin", f"{copy}/{TEST}"]
    elsewhere = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
    )
    assert elsewhere.returncode != 0
    assert "not imported from" in elsewhere.stdout + elsewhere.stderr


def test_the_list_names_each_fault_once_and_plants_each() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) > 15
    for fault in FAULTS:
        assert fault.tests
        for edit in fault.edits:
            assert (SOURCE / edit.file).read_text().count(edit.old) == 1, fault.name
