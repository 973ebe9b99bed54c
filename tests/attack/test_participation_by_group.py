"""Did all of a group take part, or how many of one that the release does not show?

Attacker  whoever reads participation, with every role's key.
Knows     the roster, and the signed release.
Does      looks for anything in the participation by group that the release does not say.
Wins      if a number of it does not follow from the rows that are shown, or moves with what is withheld.
Alarm     never: it is a function of the release. That its intervals hold in 9 of 10 releases is taken to be
          wrong by bad luck once in a million runs.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from privacy.participation import GroupParticipation, participation
from privacy.rows import WITHHELD
from privacy.survey import Attribute, Option
from tests.attack.releases import Person, Setting, scale, setting

INVITED = {"large": 200, "middle": 150, "twelve": 12, "few": 6}
MERGE_AT = 10
TOLD = ("responses", "rate", "low", "high", "margin")


@pytest.fixture(scope="module")
def wave() -> Setting:
    levels = tuple(Option(name, {"en": name}, invited=number) for name, number in INVITED.items())
    unit = Attribute("unit", {"en": "Unit"}, levels)
    own = Attribute("own", {"en": "Own"}, (Option("a", {"en": "a"}), Option("b", {"en": "b"})))
    return setting(
        [scale("q")], [unit, own], [("unit",), ("own",)], epsilon=3.0, invited=sum(INVITED.values())
    )


def people(sizes: Mapping[str, int]) -> list[Person]:
    places = [place for place, name in enumerate(INVITED) for _ in range(sizes[name])]
    return [({"q": number % 5}, {"unit": place, "own": number % 2}) for number, place in enumerate(places)]


def released(wave: Setting, sizes: Mapping[str, int]) -> list[dict[str, Any]]:
    answers = people(sizes)
    return list(wave.release(wave.draw(wave.counts(answers)), len(answers))["figures"])


def read(wave: Setting, rows: list[dict[str, Any]]) -> dict[str, GroupParticipation]:
    return {one.level: one for one in participation(wave.manifest, rows, MERGE_AT)}


def test_only_large_groups_of_the_roster_are_told_shown_or_not(wave: Setting) -> None:
    for sizes in ({**INVITED, "twelve": 2, "few": 0}, dict.fromkeys(INVITED, 0)):
        assert list(read(wave, released(wave, sizes))) == ["large", "middle", "twelve"]


def test_a_withheld_group_looks_the_same_whoever_answered(wave: Setting) -> None:
    seen = set()
    for answered in (0, 1, 3, 4):
        one = read(wave, released(wave, {"large": 120, "middle": 90, "twelve": answered, "few": 0}))["twelve"]
        seen.add(tuple(asdict(one).items()))
    assert seen == {tuple(asdict(GroupParticipation("unit", "twelve", 12)).items())}


def test_whatever_is_withheld_can_be_anything_without_a_byte_changing(wave: Setting) -> None:
    rows = released(wave, {"large": 120, "middle": 90, "twelve": 3, "few": 2})
    scrambled = [
        row if row["shown"] else {**row, "value": 7.0, "low": 1.0, "high": 9.0, "margin": 2.0} for row in rows
    ]
    stripped = [row if row["figure"] == "count" else {**row, **WITHHELD} for row in rows]
    assert read(wave, scrambled) == read(wave, rows) == read(wave, stripped)


def test_everything_that_is_told_follows_from_a_row_that_is_shown(wave: Setting) -> None:
    rows = released(wave, {"large": 120, "middle": 90, "twelve": 3, "few": 2})
    counts = {row["group"].get("unit"): row for row in rows if row["figure"] == "count"}
    found = read(wave, rows)
    assert found["large"].rate is not None
    for level, one in found.items():
        row = counts[level]
        assert (one.rate is not None) == row["shown"]
        if row["shown"]:
            told = [getattr(one, name) for name in TOLD]
            share = 100 / INVITED[level]
            expected = [row["value"], *(share * row[name] for name in ("value", "low", "high", "margin"))]
            assert told == pytest.approx(expected, abs=0.1 + 1e-9)
            assert one.low <= one.rate <= one.high


def test_a_group_that_is_invited_beyond_its_size_stays_within_what_is_possible(wave: Setting) -> None:
    one = read(wave, released(wave, {**INVITED, "twelve": 0, "few": 0}))["large"]
    assert one.rate is not None
    assert 0 <= (one.low or 0) <= (one.high or 0) <= 100


def test_intervals_of_rates_hold_as_often_as_they_say(wave: Setting) -> None:
    sizes = {"large": 120, "middle": 90, "twelve": 0, "few": 0}
    counts, number = wave.counts(people(sizes)), sum(sizes.values())
    held = []
    for _ in range(600):
        one = read(wave, list(wave.release(wave.draw(counts), number)["figures"]))["large"]
        assert one.low is not None
        assert one.high is not None
        held.append(one.low <= 100 * sizes["large"] / INVITED["large"] <= one.high)
    assert np.mean(held) > 0.84  # 4.9 standard errors below 0.9


def test_the_contract_decides_which_groups_there_are(wave: Setting) -> None:
    rows = released(wave, {"large": 120, "middle": 90, "twelve": 3, "few": 2})
    unknown = replace(wave.manifest.attributes[0], levels=wave.manifest.attributes[1].levels)
    manifest = replace(wave.manifest, attributes=(unknown, wave.manifest.attributes[1]))
    assert participation(manifest, rows, MERGE_AT) == ()
