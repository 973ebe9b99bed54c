"""Definitions as YAML, from a small writer that knows the line of every place without asking the reader."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from privacy.errors import Invalid
from service.surveys.definition_file import load

Data = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass
class Written:
    """YAML, and the line of each place in it."""

    lines: list[str] = field(default_factory=list)
    places: dict[Place, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def line_of(self, place: Place) -> int:
        while place not in self.places:
            place = place[:-1]
        return self.places[place]

    def write(self, value: Any, place: Place = (), first: str = "", pad: str = "") -> None:
        """``first`` begins the first line, ``pad`` all others."""
        self.places.setdefault(place, len(self.lines) + 1)
        if isinstance(value, dict) and value:
            for key, item in value.items():
                self.places[(*place, key)] = len(self.lines) + 1
                self._entry(f"{first}{key}:", item, (*place, key), pad)
                first = pad
        else:
            self.lines.append(first + json.dumps(value, ensure_ascii=False))

    def _entry(self, head: str, value: Any, place: Place, pad: str) -> None:
        if isinstance(value, dict) and value:
            self.lines.append(head)
            self.write(value, place, pad + "  ", pad + "  ")
        elif isinstance(value, list) and value:
            self.lines.append(head)
            for position, item in enumerate(value):
                self.write(item, (*place, position), f"{pad}  - ", f"{pad}    ")
        else:
            self.lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}")


def written(data: Data) -> Written:
    result = Written()
    result.write(data)
    return result


def errors(text: str) -> set[tuple[str, int | None]]:
    """The ids and lines of the errors for which a file is refused."""
    with pytest.raises(Invalid) as caught:
        load(text)
    for problem in caught.value.problems:
        assert str(problem).isprintable()
    return {(problem.id, problem.line) for problem in caught.value.problems if problem.severity == "error"}
