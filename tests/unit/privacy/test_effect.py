import math

import pytest

from privacy.contrast import Estimate, level_of
from privacy.deviation import FigureName
from privacy.effect import change, difference_in_differences, groups
from privacy.evaluate import NO_NUMBER, NotCompared
from privacy.intervals import Z
from privacy.means import People, mean_of
from privacy.nominal import SKIPPED
from tests.unit.privacy.program_waves import INDEX, VOICE, a_manifest, a_wave, around, questions

MENTEES = People(({"takes-part": "mentee"},))
NEITHER = People(({"takes-part": "neither"},))
PARTICIPANTS = People(({"takes-part": "mentee"}, {"takes-part": "mentor"}))
OTHERS = People(PARTICIPANTS.groups, within={})
BEFORE = {"mentee": around(3, 40), "mentor": around(3, 40), "neither": around(3, 80)}
AFTER = {"mentee": around(4, 40), "mentor": around(3, 40), "neither": around(3, 80)}


def test_two_groups_differ_by_what_their_means_do() -> None:
    found = groups(a_wave(AFTER), VOICE, MENTEES, NEITHER)
    assert isinstance(found, Estimate)
    assert found.value == 1
    assert found.verdict == "higher"
    assert found.low < 1 < found.high
    assert found.combined == pytest.approx(
        math.hypot(found.noise, found.nonresponse, found.chance), abs=0.002
    )


def test_the_parts_of_the_error_follow_from_how_answers_vary_and_how_many_were_asked() -> None:
    """Answers 2, 3, 3, 4 have variance 1/2; 40 of 60 and 80 of 120 answered, as many skip as usual."""
    found = groups(a_wave(BEFORE), VOICE, MENTEES, NEITHER)
    assert isinstance(found, Estimate)
    answered = [(1 - SKIPPED) * number for number in (40, 80)]
    missing = sum((1 - n / people) / n for n, people in zip(answered, (60, 120), strict=True)) / 2
    chance = sum(1 / people for people in (60, 120)) / 2
    # The noise of the shares is in the variance, at most a tenth of it.
    assert found.nonresponse == pytest.approx(Z * math.sqrt(missing), rel=0.05)
    assert found.chance == pytest.approx(Z * math.sqrt(chance), rel=0.05)


def test_everybody_else_is_the_mean_of_the_other_levels() -> None:
    wave = a_wave({"mentee": around(4, 40), "mentor": around(2, 20), "neither": around(3, 80)})
    rest = mean_of(wave, People(MENTEES.groups, within={}), VOICE)
    levels = mean_of(wave, People(({"takes-part": "mentor"}, {"takes-part": "neither"})), VOICE)
    assert rest is not None
    assert levels is not None
    assert rest.value == pytest.approx((20 * 2 + 80 * 3) / 100, abs=0.002)
    assert levels.value == pytest.approx(rest.value, abs=0.002)
    assert (rest.answered, rest.invited) == pytest.approx((levels.answered, levels.invited))


def test_several_levels_count_by_how_many_answered() -> None:
    wave = a_wave({"mentee": around(4, 40), "mentor": around(2, 20), "neither": around(3, 80)})
    found = mean_of(wave, PARTICIPANTS, VOICE)
    assert found is not None
    assert found.value == pytest.approx((40 * 4 + 20 * 2) / 60, abs=0.002)
    assert found.invited == 120


def test_a_change_is_that_of_the_means_and_unrelated_noise_adds_up() -> None:
    before, after = a_wave(BEFORE), a_wave(AFTER)
    found, alone = change(before, after, VOICE, MENTEES), mean_of(before, MENTEES, VOICE)
    assert isinstance(found, Estimate)
    assert alone is not None
    assert found.value == 1
    assert found.noise == pytest.approx(math.sqrt(2) * level_of(VOICE, alone).noise, rel=0.2)


def test_the_difference_in_differences_leaves_out_what_changed_for_all() -> None:
    after = {"mentee": around(4, 40), "mentor": around(4, 40), "neither": around(4, 80)}
    found = difference_in_differences(a_wave(BEFORE), a_wave(after), VOICE, PARTICIPANTS, OTHERS)
    assert isinstance(found, Estimate)
    assert (found.value, found.verdict) == (0, "cannot tell")
    only = difference_in_differences(a_wave(BEFORE), a_wave(AFTER), VOICE, PARTICIPANTS, OTHERS)
    assert isinstance(only, Estimate)
    assert only.value == pytest.approx(0.5, abs=0.002)


def test_a_standardised_effect_is_in_standard_deviations_of_all_answers() -> None:
    found = groups(a_wave(AFTER), VOICE, MENTEES, NEITHER)
    assert isinstance(found, Estimate)
    assert found.standardised == pytest.approx(1 / math.sqrt(0.5 + 3 / 16), rel=0.05)


def test_a_share_and_enps_have_the_deviation_of_their_own_mean() -> None:
    for figure, expected in ((FigureName("favourable", "voice"), 43.3), (FigureName("nps", "recommend"), 58)):
        mean = mean_of(a_wave(BEFORE), MENTEES, figure)
        assert mean is not None
        assert mean.deviation == pytest.approx(expected, rel=0.35)


def test_answers_near_an_end_of_the_scale_are_taken_to_lie_less_apart() -> None:
    wave = a_wave({"mentee": [5, 5, 5, 4] * 10, "mentor": around(3, 40), "neither": around(3, 80)})
    high, middle = mean_of(wave, MENTEES, VOICE), mean_of(wave, NEITHER, VOICE)
    assert high is not None
    assert middle is not None
    assert high.deviation < 0.8 * middle.deviation
    assert high.usual == middle.usual


def test_an_index_is_given_the_deviation_of_one_answer() -> None:
    wave = a_wave(BEFORE)
    index, item = mean_of(wave, NEITHER, INDEX), mean_of(wave, NEITHER, VOICE)
    assert index is not None
    assert item is not None
    assert index.deviation == pytest.approx(item.deviation, rel=0.1)


def test_what_is_withheld_is_not_compared() -> None:
    few = {"mentee": [3, 4, 3], "mentor": around(3, 40), "neither": around(3, 80)}
    for people in (MENTEES, PARTICIPANTS):
        assert groups(a_wave(few), VOICE, people, OTHERS) == NotCompared(NO_NUMBER)


def test_a_group_or_figure_that_no_release_has_is_not_compared() -> None:
    wave = a_wave(BEFORE)
    assert groups(wave, VOICE, People(({"team": "north"},)), NEITHER) == NotCompared(NO_NUMBER)
    assert groups(wave, FigureName("mean", "other"), MENTEES, NEITHER) == NotCompared(NO_NUMBER)


def test_waves_that_ask_something_else_are_not_compared_and_the_sentence_says_what() -> None:
    other = a_wave(AFTER, manifest=a_manifest(questions(text="Everybody is heard.")))
    for found in (
        change(a_wave(BEFORE), other, VOICE, MENTEES),
        difference_in_differences(a_wave(BEFORE), other, VOICE, PARTICIPANTS, OTHERS),
    ):
        assert isinstance(found, NotCompared)
        assert "wording" in found.why
    same = change(a_wave(BEFORE), other, FigureName("mean", "pace"), MENTEES)
    assert isinstance(same, Estimate)


def test_the_rest_of_a_group_that_is_nearly_everybody_is_not_told() -> None:
    wave = a_wave({"mentee": around(3, 40), "mentor": around(3, 40), "neither": [3, 4]})
    assert mean_of(wave, OTHERS, VOICE) is None


def test_a_level_has_no_verdict() -> None:
    mean = mean_of(a_wave(BEFORE), MENTEES, VOICE)
    assert mean is not None
    found = level_of(VOICE, mean)
    assert (found.value, found.verdict, found.standardised) == (3, "cannot tell", None)
    assert found.low < 3 < found.high
