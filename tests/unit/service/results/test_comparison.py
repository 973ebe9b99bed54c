"""Which row of a release is compared with which, and what is taken to be common to the two."""

from types import SimpleNamespace

import numpy as np
import pytest

from privacy.correlation import correlation
from privacy.errors import Invalid
from privacy.evaluate import NO_NUMBER, NotCompared, difference
from privacy.plan import design_of, make_policy
from privacy.rows import rows_of
from privacy.survey import Attribute, Option, Question
from service.results.comparison import Against, Compared, against_of, compare
from service.results.selection import Selection
from tests.survey_parts import attribute, options

PEOPLE = {"unit": (900, 600), "team": (500, 400, 350, 250), "a": (800, 700)}
TEAMS = tuple(Option(f"t{i}", {"en": f"T{i}"}, parent=f"o{i // 2}") for i in range(4))
ATTRIBUTES = (
    attribute("unit", 2),
    Attribute("team", {"en": "team"}, TEAMS, parent="unit"),
    attribute("a", 2),
)


@pytest.fixture(scope="module")
def wave() -> SimpleNamespace:
    """A released wave whose noise is none but in its margins; nobody left anything unsaid."""
    questions = (Question("s", "scale", {"en": "x"}, options(5), ("o4",)),)
    tables = [("unit",), ("team",), ("a",), ("unit", "a")]
    policy = make_policy(questions, ATTRIBUTES, tables, epsilon=3, k=5, comment_k=10)
    design = design_of(questions, ATTRIBUTES, policy)
    people = [1_500]
    for table in policy.tables[1:4]:
        people += [*PEOPLE[table[0]], 0]
    people += [500, 400, 0, 300, 300, 0, 0, 0, 0]
    cells = np.zeros((design.cells, design.channels))
    cells[:, 0] = people * np.repeat(design.count_multipliers, [table.cells for table in design.tables])
    noisy = [*np.rint(cells).astype(int).ravel().tolist(), 0]
    below = np.zeros(design.cells, dtype=bool)
    rows = rows_of(design, policy.margins, noisy, below, responses=1_500, invited=2_000)
    manifest = SimpleNamespace(questions=questions, attributes=ATTRIBUTES, policy=policy)
    return SimpleNamespace(rows=tuple(rows), manifest=manifest, design=design, people=people)


def wanted(*by: str, level: tuple[str, ...] | None = None) -> Selection:
    return Selection("s", None, None, "mean", by, level)


def as_expected(wave: SimpleNamespace, found: Compared, cell: int, other: int, part: float) -> None:
    """``found`` compares these cells of the design, the second holding ``part`` of the first."""
    alike = correlation(wave.design, range(wave.design.cells))[cell, other]
    outcome = difference(found.row, found.other, correlation=alike, part=part)
    assert not isinstance(outcome, NotCompared)
    assert found.outcome == outcome
    figures = len(wave.rows) // wave.design.cells
    assert found.row["group"] == wave.rows[cell * figures]["group"]
    assert found.other["group"] == wave.rows[other * figures]["group"]


def test_against_the_whole_a_group_s_share_of_those_who_answered_is_common(wave: SimpleNamespace) -> None:
    first, second, nobody = compare(wave, wanted("unit"), Against(None, None))
    as_expected(wave, first, 1, 0, 900 / 1_500)
    as_expected(wave, second, 2, 0, 600 / 1_500)
    assert nobody.outcome == NotCompared(NO_NUMBER)


def test_within_another_attribute_each_group_meets_the_one_it_lies_in(wave: SimpleNamespace) -> None:
    teams = compare(wave, wanted("team"), Against(None, "unit"))
    for place, (found, share) in enumerate(zip(teams, (5 / 9, 4 / 9, 35 / 60, 25 / 60), strict=False)):
        as_expected(wave, found, 4 + place, 1 + place // 2, share)
    assert teams[4].other["group"] == {"unit": "not-said"}
    cells = compare(wave, wanted("unit", "a", level=("o0", "o1")), Against(None, "a"))
    [found] = cells
    as_expected(wave, found, 13, 10, 400 / 700)


def test_against_a_named_group_nobody_is_common_and_the_group_itself_is_left_out(
    wave: SimpleNamespace,
) -> None:
    teams = compare(wave, wanted("team"), Against(("t2",), None))
    assert [found.row["group"]["team"] for found in teams] == ["t0", "t1", "t3", "not-said"]
    for found, cell in zip(teams, (4, 5, 7), strict=False):
        as_expected(wave, found, cell, 6, 0)
    assert compare(wave, wanted("team", level=("t2",)), Against(("t2",), None)) == []


def test_what_it_lies_in_has_to_be_released_and_coarser(wave: SimpleNamespace) -> None:
    assert against_of(wave, wanted("team"), None, "unit") == Against(None, "unit")
    assert against_of(wave, wanted("unit", "a"), None, "a") == Against(None, "a")
    for by, within, remedy in (
        (("team",), "team", "use unit"),
        (("team",), "a", "use unit"),
        (("unit",), "team", "leave it out to compare with the whole"),
        (("unit", "a"), "team", "use unit, a"),
    ):
        with pytest.raises(Invalid) as caught:
            against_of(wave, wanted(*by), None, within)
        [problem] = caught.value.problems
        assert (problem.place, problem.remedy) == ("within", remedy)


def test_whole_is_the_whole_unless_a_level_is_called_so(wave: SimpleNamespace) -> None:
    assert against_of(wave, wanted("a"), ("whole",), None) == Against(None, None)
    called = SimpleNamespace(manifest=SimpleNamespace(**vars(wave.manifest)))
    called.manifest.attributes = (Attribute("a", {"en": "a"}, (Option("whole", {"en": "All of it"}),)),)
    assert against_of(called, wanted("a"), ("whole",), None) == Against(("whole",), None)
