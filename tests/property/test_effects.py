"""What holds for every effect, whatever people answered and the noise."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.contrast import Estimate
from privacy.deviation import FigureName
from privacy.effect import Effect, change, difference_in_differences, groups
from privacy.means import People, mean_of
from privacy.released_wave import ReleasedWave
from tests.unit.privacy.program_waves import INDEX, VOICE, a_manifest, a_release, questions

MENTEES, MENTORS = (People(({"takes-part": level},)) for level in ("mentee", "mentor"))
OTHERS = People(MENTEES.groups, within={})
LEVELS = People(({"takes-part": "mentor"}, {"takes-part": "neither"}, {"takes-part": "not-said"}))
MANIFEST = a_manifest()
REVERSED = a_manifest(questions(reverse=True))
FIGURES = (VOICE, INDEX, FigureName("favourable", "voice"), FigureName("nps", "recommend"))
ROUNDING = 0.0011

SOME = st.lists(st.integers(1, 5), min_size=30, max_size=60)
ANSWERS = st.fixed_dictionaries({"mentee": SOME, "mentor": SOME, "neither": SOME})


def wave(answers: dict[str, list[int]], *, noise: bool = True) -> ReleasedWave:
    return ReleasedWave(MANIFEST, a_release(MANIFEST, answers, noise=noise))


def is_the_negative(one: Effect, other: Effect) -> bool:
    if not isinstance(one, Estimate) or not isinstance(other, Estimate):
        return one == other
    turned = {"higher": "lower", "lower": "higher", "cannot tell": "cannot tell"}
    return (
        (one.value, one.low, one.high) == (-other.value, -other.high, -other.low)
        and one.combined == other.combined
        and one.verdict == turned[other.verdict]
    )


@settings(max_examples=30, deadline=None)
@given(ANSWERS, ANSWERS, st.sampled_from(FIGURES))
def test_turned_round_every_effect_is_its_negative(
    first: dict[str, list[int]], second: dict[str, list[int]], figure: FigureName
) -> None:
    before, after = wave(first), wave(second)
    assert is_the_negative(groups(after, figure, MENTEES, OTHERS), groups(after, figure, OTHERS, MENTEES))
    assert is_the_negative(change(before, after, figure, MENTEES), change(after, before, figure, MENTEES))
    assert is_the_negative(
        difference_in_differences(before, after, figure, MENTEES, MENTORS),
        difference_in_differences(before, after, figure, MENTORS, MENTEES),
    )


@settings(max_examples=30, deadline=None)
@given(ANSWERS, st.sampled_from(FIGURES))
def test_the_interval_holds_the_value_and_every_part_of_the_error(
    answers: dict[str, list[int]], figure: FigureName
) -> None:
    found = groups(wave(answers), figure, MENTEES, OTHERS)
    if isinstance(found, Estimate):
        assert found.low <= found.value <= found.high
        assert max(found.noise, found.nonresponse, found.chance) <= found.combined
        assert found.combined <= found.noise + found.nonresponse + found.chance + 0.2
        assert found.verdict == ("higher" if found.low > 0 else "lower" if found.high < 0 else "cannot tell")


@settings(max_examples=30, deadline=None)
@given(ANSWERS)
def test_everybody_else_is_all_other_levels_by_how_many_answered(answers: dict[str, list[int]]) -> None:
    """Without noise, so that who did not say are exactly nobody."""
    released = wave(answers, noise=False)
    rest = mean_of(released, OTHERS, VOICE)
    levels = mean_of(released, replace(LEVELS, groups=LEVELS.groups[:2]), VOICE)
    assert (rest is None) == (levels is None)
    if rest is not None and levels is not None:
        assert rest.value == pytest.approx(levels.value, abs=5 * ROUNDING)
        assert rest.answered == pytest.approx(levels.answered, abs=0.3)


@settings(max_examples=30, deadline=None)
@given(ANSWERS)
def test_a_question_asked_the_other_way_round_gives_the_same_effect(answers: dict[str, list[int]]) -> None:
    straight = groups(wave(answers, noise=False), VOICE, MENTEES, MENTORS)
    release = a_release(REVERSED, answers)
    turned = groups(ReleasedWave(REVERSED, release), VOICE, MENTEES, MENTORS)
    assert isinstance(straight, Estimate) == isinstance(turned, Estimate)
    if isinstance(straight, Estimate) and isinstance(turned, Estimate):
        assert turned.value == pytest.approx(straight.value, abs=ROUNDING)
        assert turned.combined == pytest.approx(straight.combined, rel=0.03)
