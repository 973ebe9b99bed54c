"""The plan of a wave from the definition, the roster and the terms, and what else could be done."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from privacy.alternatives import Alternative, Budget, check_something_shows, compare
from privacy.errors import Invalid
from privacy.mechanism import micro_rho_for
from privacy.plan import design_of
from privacy.planner import Audience, Wishes, expected_sizes, ground_of, make_plan
from privacy.survey import Attribute, Question, Survey, Theme
from tests.survey_parts import nps, options

CAP = micro_rho_for(8, 1e-6)
TABLES = ((), ("unit",), ("tenure",))


def scale(name: str, theme: str) -> Question:
    return Question(name, "scale", {"en": name}, options(5), ("o3", "o4"), theme=theme)


SURVEY = Survey(
    id="pulse",
    version="1",
    title={"en": "Pulse"},
    languages=("en",),
    questions=(*(scale(f"q{n}", f"t{n % 2}") for n in range(8)), nps("advise")),
    attributes=(
        Attribute("unit", {"en": "Unit"}, options(4), "roster"),
        Attribute("tenure", {"en": "Tenure"}, options(3)),
    ),
    themes=(Theme("t0", {"en": "T"}), Theme("t1", {"en": "T"})),
    cadence="monthly",
)


def people(*sizes: int) -> tuple[Mapping[str, str], ...]:
    return tuple({"unit": f"o{unit}"} for unit, size in enumerate(sizes) for _ in range(size))


def wishes(**changes: object) -> Wishes:
    return replace(Wishes(TABLES, 3.0, 5, 10), **changes)  # type: ignore[arg-type]


def faults(audience: Audience, wanted: Wishes) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        make_plan(SURVEY, audience, wanted)
    assert all(problem.remedy for problem in caught.value.problems)
    return {(problem.id, problem.place) for problem in caught.value.problems}


def compared(audience: Audience, wanted: Wishes | None = None, spent: int = 0) -> tuple[Alternative, ...]:
    return compare(SURVEY, audience, wanted or wishes(), Budget(CAP, spent, 1e-6))


def test_small_groups_are_merged_and_the_policy_is_over_the_merged_ones() -> None:
    plan = make_plan(SURVEY, Audience(people(100, 80, 6, 5)), wishes())
    unit = plan.attributes[0]
    assert [level.invited for level in unit.levels] == [100, 80, 11]
    assert unit.levels[2].members == ("o2", "o3")
    assert design_of(SURVEY.questions, plan.attributes, plan.policy).tables[1].cells == 4
    assert plan.invited == 191


def test_a_breakdown_without_two_groups_is_left_out_and_said_so() -> None:
    plan = make_plan(SURVEY, Audience(people(190, 3, 0, 0)), wishes())
    assert plan.left_out == (("unit",),)
    assert plan.policy.tables == ((), ("tenure",))
    assert [attribute.id for attribute in plan.attributes] == ["tenure"]
    assert any(note.attribute == "unit" and note.kind == "dropped" for note in plan.notes)


def test_planning_again_with_the_same_roster_changes_nothing() -> None:
    audience = Audience(people(100, 80, 6, 5))
    plan = make_plan(SURVEY, audience, wishes())
    again = make_plan(SURVEY, audience, wishes(), previous=plan.attributes, weights=plan.policy.weights)
    assert (again.policy, again.attributes, again.expected) == (plan.policy, plan.attributes, plan.expected)


def test_weights_that_do_not_fit_are_chosen_anew() -> None:
    audience = Audience(people(100, 80, 60, 50))
    other = make_plan(SURVEY, audience, wishes(tables=((), ("unit",)))).policy.weights
    assert len(make_plan(SURVEY, audience, wishes(), weights=other).policy.weights.tables) == 3


def test_responses_are_expected_where_the_roster_has_people() -> None:
    audience = Audience(people(100, 80, 60, 50), rate=0.5)
    crossed = wishes(tables=(*TABLES, ("unit", "tenure")))
    ground = ground_of(SURVEY, audience, 10)
    plan = make_plan(SURVEY, audience, crossed)
    design = design_of(SURVEY.questions, plan.attributes, plan.policy)
    sizes = np.split(expected_sizes(design, ground), np.cumsum([table.cells for table in design.tables]))
    assert sizes[0].tolist() == [145.0]
    assert sizes[1].tolist() == pytest.approx([47.5, 38.0, 28.5, 23.75, 0])
    assert sizes[2].tolist() == pytest.approx([145 * 0.95 / 3] * 3 + [0])
    cross = sizes[3].reshape(5, 4)
    assert cross[:4, :3].sum(axis=1) == pytest.approx(0.95 * sizes[1][:4])
    assert not cross[4].any()
    assert not cross[:, 3].any()


@pytest.mark.parametrize(
    ("audience", "wanted", "expected"),
    [
        (people(4), wishes(tables=((),)), {("roster-below-k", "roster")}),
        (
            people(50),
            wishes(tables=((), ("floor",), ("unit", "room"))),
            {("unknown-attribute", "tables[1]"), ("unknown-attribute", "tables[2]")},
        ),
        (people(50), wishes(importance={"q9": 2.0}), {("unknown-importance", "importance.q9")}),
        (people(50), wishes(importance={"q1": 1e4}), {("importance-out-of-range", "importance.q1")}),
        (people(50), wishes(importance={"q1": float("nan")}), {("importance-out-of-range", "importance.q1")}),
        (people(50), wishes(k=1), {("threshold-out-of-range", "policy.k")}),
        (people(50), wishes(merge_at=0), {("merge-at-out-of-range", "policy.merge_at")}),
    ],
)
def test_what_cannot_be_planned_is_named_with_its_place(
    audience: tuple[Mapping[str, str], ...], wanted: Wishes, expected: set[tuple[str, str]]
) -> None:
    assert faults(Audience(audience), wanted) == expected


def test_a_trial_may_have_fewer_people_than_k() -> None:
    plan = make_plan(SURVEY, Audience(people(3)), wishes(allow_empty=True))
    assert not plan.shows_anything


def test_alternatives_differ_from_the_plan_and_are_within_the_cap() -> None:
    rows = compared(Audience(people(100, 80, 60, 50)), wishes(epsilon=1.5), spent=CAP // 2)
    assert [row.id for row in rows] == [
        "as-asked",
        "half-the-items",
        "one-item-a-theme",
        "fewer-breakdowns",
        "whole-only",
        "higher-epsilon",
        "lower-epsilon",
        "longer-cadence",
    ]
    asked = rows[0]
    assert asked.waves == 12
    assert asked.year == 12 * asked.micro_rho
    assert asked.fits is (asked.year <= CAP)
    for row in rows[1:]:
        assert row.micro_rho <= CAP - CAP // 2
        assert row.plan != asked.plan
    by_id = {row.id: row for row in rows}
    assert len(by_id["half-the-items"].questions) == 5
    assert len(by_id["one-item-a-theme"].questions) == 3
    assert by_id["longer-cadence"].year <= asked.year
    assert by_id["longer-cadence"].epsilon > asked.epsilon
    assert by_id["lower-epsilon"].items.shown <= asked.items.shown <= by_id["higher-epsilon"].items.shown


def test_a_cadence_that_is_over_the_cap_is_told_which_epsilon_is_not() -> None:
    rows = compared(Audience(people(100, 80, 60, 50)))
    asked, within = rows[0], next(row for row in rows if row.id == "within-the-cap")
    assert not asked.fits
    assert within.fits
    assert within.epsilon < asked.epsilon


def test_a_design_that_would_show_nothing_is_refused_with_what_does_help() -> None:
    rows = compared(Audience(people(40, 30, 0, 0)), wishes(epsilon=1.1))
    assert not rows[0].plan.shows_anything
    with pytest.raises(Invalid) as caught:
        check_something_shows(rows)
    (problem,) = caught.value.problems
    assert (problem.id, problem.place) == ("nothing-would-show", "plan")
    helping = [row for row in rows if row.plan.shows_anything]
    assert helping
    assert all(row.change in problem.remedy for row in helping)


def test_a_design_that_shows_something_is_not_refused() -> None:
    check_something_shows(compared(Audience(people(100, 80, 60, 50))))


def test_the_owner_s_importance_moves_the_weights() -> None:
    audience = Audience(people(100, 80, 60, 50))
    plain = make_plan(SURVEY, audience, wishes()).policy.weights
    wished = make_plan(SURVEY, audience, wishes(importance={"q0": 5.0})).policy.weights
    assert wished.questions[0] / wished.questions[2] > plain.questions[0] / plain.questions[2]
