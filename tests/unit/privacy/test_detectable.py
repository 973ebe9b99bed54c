import math
from dataclasses import replace

import pytest

from privacy.detectable import Announcement, Detectable, Errors, announce, smallest_effect
from privacy.errors import Invalid
from privacy.paired_rows import PairedDesign
from privacy.planned_wave import Asked
from privacy.planner import Audience, Wishes
from privacy.survey import Attribute, Option, Survey
from tests.unit.privacy.program_waves import questions

ASKED = Asked("takes-part", ("yes",))
WISHES = Wishes(((), ("takes-part",)), 4.0, 5, 10)
PAIRING = PairedDesign(3, 1, 100_000, 5.0)


def a_survey(source: str = "roster", names: tuple[str, ...] = ("yes", "no")) -> Survey:
    levels = tuple(Option(name, {"en": name}) for name in names)
    takes_part = Attribute("takes-part", {"en": "x"}, levels, source)
    return Survey("s", "1", {"en": "s"}, ("en",), questions(), (takes_part,))


def people(yes: int, no: int, later: int = 0, rate: float = 0.7) -> Audience:
    levels = ["yes"] * yes + ["no"] * no + ["later"] * later
    return Audience(tuple({"takes-part": level} for level in levels), rate)


def effects(told: Announcement, kind: str = "index") -> dict[str, Detectable]:
    return {one.shape: one for one in told.effects if one.kind == kind}


def test_it_is_as_many_standard_errors_as_are_found_with_80_percent() -> None:
    """1.645 and 0.842."""
    assert smallest_effect(Errors(0.1, 0.1), 1.0) == 0.25
    assert smallest_effect(Errors(1.0, 1.0), 1.0) == 2.49
    assert smallest_effect(Errors(1.0, 0.5), 1.0) == 2.07


def test_what_may_be_withheld_makes_up_for_it_where_it_is_shown() -> None:
    assert (
        smallest_effect(Errors(1.0, 1.0), 0.9) == math.ceil(100 * (1.6449 + 1.2206)) / 100
    )  # 0.8 / 0.9 at 1.2206
    assert smallest_effect(Errors(1.0, 1.0), 0.81) is None
    assert smallest_effect(Errors(math.inf, 1.0), 1.0) is None


def test_more_people_and_more_epsilon_detect_less_and_more_waves_need_more() -> None:
    told = announce(a_survey(), people(60, 240), WISHES, ASKED)
    assert (told.people, told.others, told.rate, told.epsilon) == (60, 240, 0.7, 4.0)
    found = effects(told)
    larger = effects(announce(a_survey(), people(120, 240), WISHES, ASKED))
    louder = effects(announce(a_survey(), people(60, 240), replace(WISHES, epsilon=8.0), ASKED))
    for shape in ("groups", "before-after", "difference-in-differences"):
        assert larger[shape].effect < found[shape].effect
        assert louder[shape].effect < found[shape].effect
    assert found["groups"].effect < found["difference-in-differences"].effect
    spread = effects(announce(a_survey(), people(60, 240), WISHES, ASKED, deviation=1.2))
    assert found["groups"].effect < spread["groups"].effect < 1.2 * found["groups"].effect


def test_of_too_few_people_nothing_is_detected() -> None:
    found = effects(announce(a_survey(), people(12, 240), WISHES, ASKED))
    assert {one.effect for one in found.values()} == {None}
    assert max(one.shown for one in found.values()) < 0.5


def test_a_level_that_is_merged_with_others_is_not_compared() -> None:
    three = a_survey(names=("yes", "no", "later"))
    dropped = announce(a_survey(), people(4, 240), WISHES, ASKED)
    merged = announce(three, people(60, 200, 4), WISHES, replace(ASKED, participants=("later",)))
    for found in (dropped, merged):
        assert {(one.effect, one.shown) for one in found.effects} == {(None, 0.0)}


def test_a_named_comparison_is_of_those_groups_alone() -> None:
    three, roster = a_survey(names=("yes", "no", "later")), people(60, 200, 60)
    rest = effects(announce(three, roster, WISHES, ASKED))
    named = announce(three, roster, WISHES, replace(ASKED, comparison=("later",)))
    assert (named.people, named.others) == (60, 60)
    assert effects(named)["groups"].effect > rest["groups"].effect


def test_self_described_groups_are_of_the_sizes_that_are_said() -> None:
    asked = replace(ASKED, people=60)
    said = announce(a_survey("self"), Audience(({},) * 300, 0.7), WISHES, asked)
    assert (said.people, said.others) == (60, 240)
    listed = announce(a_survey(), people(60, 240), WISHES, ASKED)
    mine, theirs = effects(said)["groups"].effect, effects(listed)["groups"].effect
    assert mine == pytest.approx(theirs, rel=0.15)
    fewer = announce(a_survey("self"), Audience(({},) * 300, 0.7), WISHES, replace(asked, people=10))
    assert effects(fewer)["groups"].effect is None


def test_pairs_detect_less_where_many_are_expected_and_nothing_where_few() -> None:
    many = announce(a_survey(), people(800, 800, rate=0.9), WISHES, ASKED, pairing=PAIRING)
    paired, unpaired = effects(many, "item")["paired"], effects(many, "item")["before-after"]
    assert paired.effect < unpaired.effect
    assert effects(many, "item")["paired-difference"].effect > paired.effect
    few = announce(a_survey(), people(30, 300), WISHES, ASKED, pairing=PAIRING)
    assert effects(few, "item")["paired"].effect is None


def test_wishes_with_faults_are_refused() -> None:
    with pytest.raises(Invalid):
        announce(a_survey(), people(2, 1), WISHES, ASKED)
