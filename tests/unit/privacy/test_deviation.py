import math

import pytest

from privacy.deviation import Deviations, FigureName
from privacy.rows import WITHHELD
from tests.survey_parts import nps
from tests.unit.privacy.program_waves import VOICE, a_wave, around, questions

WITHHELD_ROW = {"question": None, "theme": None, "option": None, **WITHHELD}


def shares(*values: float | None, margin: float = 1.0) -> dict[FigureName, dict[str, object]]:
    """The rows of the question "voice" in a whole wave; None is told in words, as almost none."""
    rows = {}
    for place, value in enumerate(values):
        numbers = {"value": value, "low": 0.0, "high": margin, "shown": True}
        if value is not None:
            numbers |= {"low": value - margin, "high": value + margin}
        rows[FigureName("share", "voice", None, f"o{place}")] = {**WITHHELD_ROW, **numbers}
    return rows


def deviation_of(rows: dict[FigureName, dict[str, object]]) -> float:
    return Deviations(questions()[:1], rows).of(VOICE, 100, 200)


def test_that_of_a_scale_question_is_that_of_its_shares() -> None:
    assert deviation_of(shares(0, 25, 50, 25, 0)) == pytest.approx(math.sqrt(0.5), rel=0.01)
    assert deviation_of(shares(50, 0, 0, 0, 50)) == pytest.approx(2, rel=0.01)


def test_a_share_told_in_words_is_what_the_others_leave() -> None:
    assert deviation_of(shares(None, 24, 50, 24, 2)) == pytest.approx(
        deviation_of(shares(0, 24, 50, 24, 2)), rel=0.001
    )


def test_noise_that_hides_all_variance_does_not_pass_for_none() -> None:
    assert deviation_of(shares(None, None, None, None, 100.0, margin=4)) > 0.1


def test_where_shares_are_withheld_it_is_that_of_usual_answers() -> None:
    rows = dict.fromkeys(shares(0, 25, 50, 25, 0), WITHHELD_ROW)
    assert deviation_of(rows) == pytest.approx(1.247, abs=0.001)


def test_that_of_a_share_is_at_most_a_half_and_of_enps_at_most_a_hundred() -> None:
    favourable, recommend = FigureName("favourable", "voice"), FigureName("nps", "recommend")
    both = [*questions()[:1], nps("recommend")]
    empty = Deviations(both, dict.fromkeys(shares(0, 25, 50, 25, 0), WITHHELD_ROW))
    assert (empty.of(favourable, 100, 200), empty.of(recommend, 100, 200)) == (50, 100)
    rows = {favourable: {**WITHHELD_ROW, "value": 20.0, "low": 15.0, "high": 25.0}}
    rows[recommend] = {**WITHHELD_ROW, "value": 60.0, "nonresponse": 9.4}
    told = Deviations(both, {**rows, **shares(0, 25, 50, 25, 0)})
    assert told.of(favourable, 100, 200) == pytest.approx(40)
    assert told.of(recommend, 100, 200) == pytest.approx(9.4 / 1.645 * math.sqrt(99 / 0.5), rel=0.01)
    assert told.of(recommend, 200, 200) == pytest.approx(80)  # nobody is missing, so nothing follows


def test_questions_of_which_little_is_known_are_drawn_to_the_others() -> None:
    wave = a_wave({"neither": around(3, 80), "mentor": around(3, 40), "mentee": around(3, 40)})
    both = [wave.deviations.of(FigureName("mean", name), 160, 240) for name in ("voice", "pace")]
    assert both == pytest.approx([math.sqrt(0.5)] * 2, rel=0.05)
