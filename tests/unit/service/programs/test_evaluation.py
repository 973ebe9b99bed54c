from dataclasses import replace
from typing import Any

import pytest

from service.programs import evaluation_words as words
from service.programs.evaluation import evaluate
from service.programs.evaluation_value import Comparison, Evaluation, Measure
from service.programs.program_view import LabelledWave, ProgramView
from tests.unit.privacy.program_waves import a_manifest, around, questions
from tests.unit.service.programs.evaluated import HIGH, LOW, VIEW, labelled

VOICE, CLIMATE, INDEX = Measure("item", "voice"), Measure("theme", "climate"), Measure("index", None)
BEFORE, AFTER = labelled("baseline", LOW), labelled("end", HIGH, month=6)


def judged(*waves: LabelledWave, view: ProgramView = VIEW, language: str = "en", **other: Any) -> Evaluation:
    return evaluate(view, waves, other.get("objectives", ()), other.get("outside", ()), language)


def of(found: Evaluation, measure: Measure = VOICE) -> list[Comparison]:
    return [one for one in found.comparisons if one.measure == measure]


def test_the_best_comparison_comes_first_and_the_others_follow() -> None:
    found = of(judged(AFTER, BEFORE))
    assert [one.kind for one in found] == ["difference-in-differences", "before-after", "groups"]
    assert [one.waves for one in found] == [("baseline", "end"), ("baseline", "end"), ("end",)]
    assert not any(one.paired for one in found)
    assert [one.estimate.value for one in found if one.estimate] == [1, 1, 1]


def test_a_comparison_without_a_number_comes_after_those_with_one() -> None:
    other = labelled("end", HIGH, month=6, manifest=a_manifest(questions(text="Everybody is heard.")))
    found = of(judged(BEFORE, other))
    assert [one.kind for one in found] == ["groups", "difference-in-differences", "before-after"]
    assert found[1].estimate is None
    assert found[1].why == found[1].sentence
    assert "wording" in found[1].sentence
    assert found[1].caveats == ()


def test_every_measure_of_the_survey_is_judged_with_its_text_and_unit() -> None:
    found = judged(BEFORE, AFTER)
    best = {one.measure: one for one in reversed(found.comparisons)}
    texts = {measure: (one.text, one.unit) for measure, one in best.items()}
    assert texts == {
        INDEX: ("All questions together", "points"),
        CLIMATE: ("Climate", "points"),
        VOICE: ("We are heard.", "points"),
        Measure("item", "pace"): ("The pace is right.", "points"),
        Measure("enps", None): ("recommend", "eNPS points"),
    }
    assert found.compared == 5
    assert found.expected_by_chance == 0.5
    german = judged(BEFORE, AFTER, language="de")
    assert of(german, CLIMATE)[0].text == "Klima"
    assert german.language == "de"


def test_a_verdict_that_chance_among_all_measures_explains_is_marked() -> None:
    some = [answer + (place % 5 < 2) for place, answer in enumerate(around(3, 40))]
    found = judged(BEFORE, labelled("end", {**LOW, "mentee": some, "mentor": some}, month=6))
    best = of(found)[0]
    assert best.estimate is not None
    assert (best.estimate.verdict, best.simultaneous) == ("higher", "cannot tell")
    assert best.caveats[-1] == words.BY_CHANCE
    assert of(found)[1].simultaneous is None
    clear = of(judged(BEFORE, AFTER))[0]
    assert clear.simultaneous == "higher"
    assert words.BY_CHANCE not in clear.caveats


def test_sentences_say_which_way_it_went_and_how_sure_that_is() -> None:
    found = of(judged(BEFORE, AFTER))
    assert found[0].sentence.startswith(
        "Against everybody else, those who take part rose by 1.00 points (90 %"
    )
    assert found[1].sentence.startswith("Those who take part answered 1.00 points higher than before")
    assert found[2].sentence.startswith("Those who take part answered 1.00 points higher than everybody else")
    fell = of(judged(labelled("baseline", HIGH), labelled("end", LOW, month=6)))
    assert "fell by 1.00 points" in fell[0].sentence
    same = of(judged(BEFORE, labelled("end", LOW, month=6)))
    assert same[0].sentence.startswith("Cannot tell whether those who take part changed more or less")


def test_themes_that_rose_helped_and_those_that_fell_hurt() -> None:
    assert (judged(BEFORE, AFTER).helped, judged(BEFORE, AFTER).hurt) == (("Climate",), ())
    worse = judged(labelled("baseline", HIGH), labelled("end", LOW, month=6))
    assert (worse.helped, worse.hurt) == ((), ("Climate",))
    same = judged(BEFORE, labelled("end", LOW, month=6))
    assert (same.helped, same.hurt) == ((), ())


def test_those_who_chose_to_join_may_differ_and_unpaired_waves_are_named() -> None:
    found = of(judged(BEFORE, AFTER))
    assert found[2].caveats == (words.SELECTED,)
    assert found[0].caveats == (words.SELECTED_CHANGE, words.UNPAIRED)
    assert found[1].caveats == (words.NOBODY_ELSE, words.UNPAIRED)
    assert words.TOGETHER in of(judged(BEFORE, AFTER), INDEX)[0].caveats


def test_a_figure_that_is_only_just_shown_is_named() -> None:
    quiet = a_manifest()
    limits = {**quiet.policy.margins, "scale": 0.1}
    narrow = replace(quiet, policy=replace(quiet.policy, margins=limits))
    found = of(judged(BEFORE, labelled("end", HIGH, month=6, manifest=narrow)))
    assert words.BARELY_SHOWN in found[0].caveats
    assert words.BARELY_SHOWN not in of(judged(BEFORE, AFTER))[0].caveats


def test_without_a_wave_before_only_groups_are_compared_and_it_says_so() -> None:
    found = judged(AFTER)
    assert {one.kind for one in found.comparisons} == {"groups"}
    assert words.NO_BASELINE in found.caveats
    before = judged(BEFORE)
    assert {one.kind for one in before.comparisons} == {"groups"}
    assert words.ONLY_BASELINE in before.caveats


def test_groups_that_were_apart_before_are_named() -> None:
    ahead = judged(labelled("baseline", HIGH), labelled("end", HIGH, month=6))
    assert any(one.startswith("Before the program, those who take part already") for one in ahead.caveats)
    assert not any(one.startswith("Before the program") for one in judged(BEFORE, AFTER).caveats)


def test_where_nothing_tells_who_takes_part_everybody_is_compared_with_before() -> None:
    found = judged(BEFORE, AFTER, view=replace(VIEW, attribute=None, participants=()))
    assert {one.kind for one in found.comparisons} == {"before-after"}
    assert of(found)[0].sentence.startswith("People answered 0.50 points higher than before")
    assert words.NOBODY_NAMED in found.caveats


def test_a_waiting_list_is_compared_with_by_name() -> None:
    found = of(judged(BEFORE, AFTER, view=replace(VIEW, participants=("mentee",), comparison=("mentor",))))
    assert [one.estimate.value for one in found if one.estimate] == [0, 1, 0]
    assert "those they are compared with" in found[0].sentence


def test_a_group_that_is_withheld_is_said_to_be_missing() -> None:
    few = labelled("end", {**HIGH, "mentee": [3, 4, 3]}, month=6)
    found = judged(BEFORE, few)
    assert words.WITHHELD in found.caveats
    assert all(one.estimate is None for one in found.comparisons)
    assert (found.compared, found.expected_by_chance) == (0, 0)
    assert found.waves[1].withheld >= 1


def test_where_less_than_half_answered_it_is_said() -> None:
    many = a_manifest(invited=(200, 60, 60))
    found = judged(BEFORE, labelled("end", HIGH, month=6, manifest=many))
    assert any("260 who take part answered" in one for one in found.caveats)
    assert not any("answered; the others" in one for one in judged(BEFORE, AFTER).caveats)


def test_what_became_of_the_effect_is_told_for_each_wave_after_the_end() -> None:
    half = {**HIGH, "mentor": around(3, 40)}
    found = judged(
        BEFORE, AFTER, labelled("three-months", LOW, month=9), labelled("one-month", half, month=7)
    )
    told = [one for one in found.decay if one.measure == INDEX]
    assert [one.waves for one in told] == [("end", "one-month"), ("end", "three-months")]
    assert [one.estimate.value for one in told if one.estimate] == [pytest.approx(-0.5, abs=0.01), -1]
    assert told[1].sentence.startswith(
        "From the end to three months after the lead of those who take part fell by 1.00 points"
    )
    assert {one.kind for one in found.decay} == {"decay"}
    assert VOICE not in {one.measure for one in found.decay}


def test_each_wave_says_who_was_asked_and_who_answered() -> None:
    found = judged(AFTER, BEFORE).waves
    assert [(one.label, one.invited, one.responses, one.groups) for one in found] == [
        ("baseline", 240, 160, 3),
        ("end", 240, 160, 3),
    ]
    assert [one.wave_id for one in found] == ["w-1", "w-6"]


def test_the_more_waves_the_more_they_give_away_together() -> None:
    one, two = judged(BEFORE).privacy, judged(BEFORE, AFTER).privacy
    assert set(one) == set(two) == {"presence", "answers"}
    assert one["presence"] != two["presence"]


def test_without_any_wave_nothing_is_told() -> None:
    found = judged()
    assert (found.comparisons, found.decay, found.waves, found.privacy) == ((), (), (), {})
    assert found.caveats == (words.NOT_RELEASED,)


def test_pairs_are_preferred_and_named() -> None:
    row = {"question": "voice", "theme": None, "shown": True, "value": 0.8, "low": 0.5, "high": 1.1}
    row |= {"margin": 0.3, "nonresponse": 0.1, "combined": 0.32, "sd": 0.7}
    levels = ("mentee", "mentor", "neither")
    pairs = [
        {
            "group": {"takes-part": level},
            "pairs": {"value": 30.0, "margin": 3.0},
            "figures": [row if level != "neither" else {**row, "value": 0.0, "low": -0.3, "high": 0.3}],
        }
        for level in levels
    ]
    paired = {"earlier": BEFORE.released.wave, "by": "takes-part", "groups": pairs}
    found = of(judged(BEFORE, labelled("end", HIGH, month=6, more={"paired": paired})))
    assert [one.kind for one in found] == [
        "paired-difference",
        "difference-in-differences",
        "paired",
        "before-after",
        "groups",
    ]
    assert [one.paired for one in found] == [True, False, True, False, False]
    assert found[0].estimate is not None
    assert found[0].estimate.value == 0.8
    assert found[0].caveats == (words.SELECTED_CHANGE, words.CODES)


def test_the_same_waves_give_the_same_evaluation() -> None:
    assert judged(BEFORE, AFTER) == judged(AFTER, BEFORE)
