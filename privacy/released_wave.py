"""A released wave to compare with: its rows by group and figure, and how alike the noise in them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privacy.contract import Manifest
from privacy.correlation import correlation
from privacy.deviation import Deviations, FigureName
from privacy.evaluate import Row
from privacy.plan import design_of

Floats = NDArray[np.float64]
Group = Mapping[str, str]

COUNT = FigureName("count")


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of a wave: its place in the design, the noisy number of responses, how many were invited."""

    place: int
    responses: float
    invited: float


class ReleasedWave:
    """What a release says. ``manifest`` is its contract, ``release`` its JSON value.

    Made once a wave and kept, because the correlation of the noise takes longer than all else.
    """

    def __init__(self, manifest: Manifest, release: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.survey = manifest.survey
        self.guarantee: Mapping[str, Any] = release["guarantee"]
        self.sigma: float = release["sigma"]
        self.board: Mapping[str, int] = release["board"]
        self.paired: Mapping[str, Any] | None = release.get("paired")
        self.rows: Sequence[Row] = release["figures"]
        self._design = design_of(manifest.questions, manifest.attributes, manifest.policy)
        self._width = len(self.rows) // self._design.cells
        groups = enumerate(self.rows[:: self._width])
        self._cells = {frozenset(row["group"].items()): place for place, row in groups}
        self._figures = {FigureName.of(row): place for place, row in enumerate(self.rows[: self._width])}
        self._alike: dict[tuple[int, ...], Floats] = {}
        self.deviations = Deviations(manifest.questions, self._of({}))

    @property
    def figures(self) -> Sequence[FigureName]:
        """Every figure of the release, in its order."""
        return tuple(self._figures)

    @property
    def rate(self) -> float:
        """The share of those invited who answered."""
        return max(self.board["responses"], 1) / max(self.board["invited"], self.board["responses"], 1)

    def row(self, group: Group, figure: FigureName) -> Row | None:
        """The row of a figure in a group; None where the release has no such group or figure."""
        cell, place = self._cells.get(frozenset(group.items())), self._figures.get(figure)
        return None if cell is None or place is None else self.rows[cell * self._width + place]

    def cell(self, group: Group) -> Cell | None:
        """A group; None where it is withheld, or the release has no such group."""
        place, row = self._cells.get(frozenset(group.items())), self.row(group, COUNT)
        if place is None or row is None or row["value"] is None:
            return None
        return Cell(place, row["value"], self._invited(group) or row["value"] / self.rate)

    @property
    def groups(self) -> Sequence[Group]:
        """Every group of the release, the whole first."""
        return [row["group"] for row in self.rows[:: self._width]]

    def shows(self, group: Group) -> bool:
        """Whether the release says anything of a group."""
        return any(row["shown"] for row in self._of(group).values())

    def correlation(self, cells: Sequence[int]) -> Floats:
        """The correlation of the noise in the figures of these cells."""
        key = tuple(cells)
        if key not in self._alike:
            self._alike[key] = correlation(self._design, key)
        return self._alike[key]

    def _of(self, group: Group) -> Mapping[FigureName, Row]:
        start = self._cells[frozenset(group.items())] * self._width
        return dict(zip(self._figures, self.rows[start : start + self._width], strict=True))

    def _invited(self, group: Group) -> float | None:
        """The public number of people invited; None for groups of which there is none."""
        if not group:
            return float(self.board["invited"])
        if len(group) > 1:
            return None
        ((name, level),) = group.items()
        levels = next(one.levels for one in self.manifest.attributes if one.id == name)
        invited = next((one.invited for one in levels if one.id == level), None)
        return None if invited is None else float(invited)
