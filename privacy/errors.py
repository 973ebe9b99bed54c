"""What can go wrong in the privacy core.

::

    SottovoceError
    ├── Invalid               input with faults: every one of them, each with its place and remedy
    ├── Refused               a token, envelope, signature or proof does not hold; never says which part
    ├── Spoiled               an opened plaintext is not in the one canonical form
    ├── KeyUnusable           a private key is missing, unreadable or not the one the contract names
    ├── ContractBroken        what was promised and what was found differ; nothing is published
    └── BudgetExceeded        a person's privacy loss would pass the cap
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in an input.

    ``id`` is stable and kebab-case; ``place`` is a path into the input such as
    ``questions[2].options``; ``line`` counts from 1 where the input is a file.
    """

    id: str
    place: str
    message: str
    remedy: str
    line: int | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        line = f"line {self.line}: " if self.line is not None else ""
        return f"{line}{self.place}: {self.message}; {self.remedy} [{self.id}]"


class SottovoceError(Exception):
    """The root of every error this project raises on purpose; its text is one plain line."""


class Invalid(SottovoceError):  # noqa: N818 - named as a person would say it
    """Input with one or more faults; ``problems`` lists all that were found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        if not self.problems:
            raise ValueError("Invalid needs at least one problem")
        super().__init__("; ".join(str(problem) for problem in self.problems))


class Refused(SottovoceError):  # noqa: N818
    """A cryptographic or protocol check failed. The text never tells which one."""


class Spoiled(SottovoceError):  # noqa: N818
    """An opened plaintext is out of range, too long or otherwise not canonical."""


class KeyUnusable(SottovoceError):  # noqa: N818
    """A private key is missing, unreadable, or not the one the manifest names."""


class ContractBroken(SottovoceError):  # noqa: N818
    """The manifest, the board or the plan differs from what was promised."""


class BudgetExceeded(SottovoceError):  # noqa: N818
    """Opening the wave would take somebody on its roster past the cap on privacy loss."""
