from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from privacy.contrast import Estimate
from privacy.deviation import FigureName
from privacy.evaluate import NotCompared
from privacy.means import People
from privacy.paired_effect import EVERYBODY, NO_PAIRS, NOT_PAIRED, paired_change, paired_difference
from privacy.released_wave import ReleasedWave
from tests.unit.privacy.program_waves import INDEX, VOICE, a_manifest, a_release, around

MENTEES = People(({"takes-part": "mentee"},))
OTHERS = People(MENTEES.groups, within={})
ANSWERS = {"mentee": around(3, 40), "mentor": around(3, 40), "neither": around(3, 80)}
EARLIER = a_manifest()
BEFORE = ReleasedWave(EARLIER, a_release(EARLIER, ANSWERS))


def group(level: str, pairs: float | None, value: float | None, margin: float = 0.3) -> dict[str, Any]:
    row: dict[str, Any] = {"question": "voice", "theme": None, "shown": value is not None}
    row |= dict.fromkeys(("value", "low", "high", "margin", "sd"))
    if value is not None:
        row |= {"value": value, "low": value - margin, "high": value + margin, "margin": margin, "sd": 0.8}
    return {"group": {"takes-part": level}, "pairs": {"value": pairs, "margin": 2.0}, "figures": [row]}


def after(*groups: Mapping[str, Any], by: str | None = "takes-part", earlier: str = "") -> ReleasedWave:
    manifest = replace(a_manifest(), retention_days=31)
    paired = {"earlier": earlier or EARLIER.wave.hex(), "by": by, "groups": list(groups)}
    return ReleasedWave(manifest, {**a_release(manifest, ANSWERS), "paired": paired})


ALL = (
    group("mentee", 20.0, 0.6),
    group("mentor", 10.0, 0.2),
    group("neither", 40.0, 0.0),
    group("not-said", None, None),
)


def test_a_paired_change_has_the_noise_of_its_row_and_the_spread_of_changes() -> None:
    found = paired_change(BEFORE, after(*ALL), VOICE, MENTEES)
    assert isinstance(found, Estimate)
    assert (found.value, found.noise, found.verdict) == (0.6, 0.3, "higher")
    student = 1.729  # the quantile of 19 degrees of freedom
    sampling = found.nonresponse**2 + found.chance**2
    assert sampling == pytest.approx((student * 0.8) ** 2 / 20, rel=0.01)
    assert found.chance == pytest.approx(student * 0.8 / 60**0.5, rel=0.01)


def test_everybody_else_counts_by_the_number_of_pairs_and_those_withheld_are_left_out() -> None:
    found = paired_difference(BEFORE, after(*ALL), VOICE, MENTEES, OTHERS)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.6 - (10 * 0.2 + 40 * 0) / 50)
    noise = (0.3**2 + (0.2 * 0.3) ** 2 + (0.8 * 0.3) ** 2) ** 0.5
    assert found.noise == pytest.approx(noise, abs=0.001)


def test_turned_round_a_paired_difference_is_its_negative() -> None:
    neither = People(({"takes-part": "neither"},))
    there = paired_difference(BEFORE, after(*ALL), VOICE, MENTEES, neither)
    back = paired_difference(BEFORE, after(*ALL), VOICE, neither, MENTEES)
    assert isinstance(there, Estimate)
    assert isinstance(back, Estimate)
    assert (back.value, back.low, back.high) == (-there.value, -there.high, -there.low)


def test_the_pairs_of_everybody_are_one_group_or_all_that_are_shown() -> None:
    found = paired_change(BEFORE, after(*ALL), VOICE, EVERYBODY)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx((20 * 0.6 + 10 * 0.2) / 70, abs=0.001)
    whole = {**group("mentee", 70.0, 0.2), "group": {}}
    alone = paired_change(BEFORE, after(whole, by=None), VOICE, EVERYBODY)
    assert isinstance(alone, Estimate)
    assert alone.value == 0.2


def test_pairs_that_are_withheld_and_groups_they_are_not_told_apart_by_are_not_compared() -> None:
    few = after(group("mentee", None, None), *ALL[1:])
    both = People(({"takes-part": "mentee"}, {"takes-part": "mentor"}))
    for people in (MENTEES, both):
        assert paired_change(BEFORE, few, VOICE, people) == NotCompared(NO_PAIRS)
    team = People(({"team": "north"},))
    stratum = People(MENTEES.groups, within={"team": "north"})
    for people in (team, stratum):
        assert paired_change(BEFORE, after(*ALL), VOICE, people) == NotCompared(NOT_PAIRED)


def test_what_was_not_paired_is_not_compared() -> None:
    not_paired = NotCompared(NOT_PAIRED)
    assert paired_change(BEFORE, BEFORE, VOICE, MENTEES) == not_paired
    assert paired_change(BEFORE, after(*ALL, earlier="00" * 32), VOICE, MENTEES) == not_paired
    for figure in (INDEX, FigureName("favourable", "voice")):
        assert paired_change(BEFORE, after(*ALL), figure, MENTEES) == not_paired
