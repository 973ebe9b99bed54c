"""A plugin of pytest that ends a run whose modules are not those of the folder it runs in.

It also keeps hypothesis from looking for the smallest example: that a fault is found is all that is asked.
"""

import sys
from pathlib import Path

import hypothesis
import pytest

OURS = ("privacy", "service", "tests")


def foreign_modules(folder: Path) -> list[str]:
    """Names of loaded modules of this project that come from elsewhere."""
    found = []
    for name, module in list(sys.modules.items()):
        origin = getattr(module, "__file__", None)
        if name.partition(".")[0] in OURS and origin and not Path(origin).is_relative_to(folder):
            found.append(name)
    return found


def pytest_collection() -> None:
    """After tests/conftest.py has chosen a profile, and before a test takes it."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("faults", deadline=None, derandomize=True, phases=phases)
    hypothesis.settings.load_profile("faults")


def pytest_collection_finish() -> None:
    """Once the tests are imported, and with them what they test."""
    foreign = foreign_modules(Path.cwd())
    if foreign or "privacy" not in {name.partition(".")[0] for name in sys.modules}:
        raise pytest.UsageError(f"not imported from {Path.cwd()}: {foreign or 'privacy'}")
