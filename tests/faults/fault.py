"""What a seeded fault is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """A text of a file and what the fault makes of it."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    """What goes wrong, how it is planted, and the pytest node ids of which one must fail.

    Each ``old`` text stands in its file exactly once.
    """

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def fault(name: str, file: str, old: str, new: str, test: str) -> Fault:
    """A fault in one place that one test must find."""
    return Fault(name, (Edit(file, old, new),), (test,))
