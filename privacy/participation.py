"""How many of those invited answered, group by group: a function of a signed release, at no further loss.

A release states the number of responses of each group that it shows, with the 90 % interval of the noise; its
contract states how many were invited. Their quotient says nothing that these two did not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from privacy.contract import Manifest
from privacy.rows import upwards

WHOLE = 100.0  # percent
_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class GroupParticipation:
    """One level of a roster attribute. ``invited`` is public.

    ``responses`` is the released estimate of how many answered and said that they are of this group, ``rate``
    that in percent of those invited; ``low`` and ``high`` are the ends of the rate's 90 % interval, cut to
    what is possible, and ``margin`` the larger distance to them before. All five are None where the release
    does not show the group, whatever the reason.
    """

    attribute: str
    level: str
    invited: int
    responses: float | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None


def participation(
    manifest: Manifest, figures: Sequence[Mapping[str, Any]], merge_at: int
) -> tuple[GroupParticipation, ...]:
    """The levels of each roster attribute by which results are broken down, in the order of the contract.

    ``figures`` are the rows of the release. Levels to which fewer than ``merge_at`` people were invited are
    left out, shown or not, and so is whoever did not state theirs: nobody knows how many those are.
    """
    counts = {
        (row["table"][0], row["group"][row["table"][0]]): row
        for row in figures
        if row["figure"] == "count" and len(row["table"]) == 1
    }
    return tuple(
        _read(attribute, level, invited, counts[attribute, level])
        for attribute, level, invited in _groups(manifest)
        if invited >= merge_at
    )


def _groups(manifest: Manifest) -> Iterator[tuple[str, str, int]]:
    tables = {table[0] for table in manifest.policy.tables if len(table) == 1}
    for attribute in manifest.attributes:
        for level in attribute.levels if attribute.id in tables else ():
            if level.invited is not None:
                yield attribute.id, level.id, level.invited


def _read(attribute: str, level: str, invited: int, row: Mapping[str, Any]) -> GroupParticipation:
    if not row["shown"] or invited == 0:
        return GroupParticipation(attribute, level, invited)
    scale = 10.0**_DECIMALS
    low, high = (min(WHOLE, WHOLE * row[end] / invited) for end in ("low", "high"))
    return GroupParticipation(
        attribute,
        level,
        invited,
        responses=row["value"],
        rate=round(WHOLE * row["value"] / invited, _DECIMALS),
        low=float(np.floor(low * scale) / scale),
        high=float(np.ceil(high * scale) / scale),
        margin=upwards(WHOLE * row["margin"] / invited, _DECIMALS),
    )
