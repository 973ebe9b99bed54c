"""In a hierarchy too, a group that is withheld cannot be told from one that nobody is in."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from privacy.answers import Response, encode, layout_for
from privacy.canonical import canonical_json
from privacy.contract import Manifest
from privacy.count import count, sizes, vector
from privacy.plan import Design, design_of, make_policy
from privacy.release import BoardFacts, Draw, build_release
from privacy.rows import WITHHELD
from tests.survey_parts import attribute, choice, hierarchy
from tests.unit.privacy.release_wave import new_wave

QUESTIONS = (choice("q", 3),)
STEPS = hierarchy(("division", [2]), ("department", [1, 2]), ("team", [3, 2, 2]))
ATTRIBUTES = (*STEPS, attribute("b", 2))
TABLES = [("division",), ("department",), ("team",), ("b",), ("department", "b")]
USUAL = (900, 800, 700, 600, 500, 400, 300)  # people of each team
LAYOUT = layout_for(QUESTIONS, ATTRIBUTES)


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    policy = make_policy(QUESTIONS, ATTRIBUTES, TABLES, epsilon=3, k=5, comment_k=10)
    return replace(
        new_wave().manifest, questions=QUESTIONS, attributes=ATTRIBUTES, policy=policy, invited=9_000
    )


@pytest.fixture(scope="module")
def design(manifest: Manifest) -> Design:
    return design_of(manifest.questions, manifest.attributes, manifest.policy)


def rows_with(people: tuple[int, ...]) -> np.ndarray:
    """Responses of these numbers of people of each team, every second of either level of ``b``."""
    plaintexts = [
        encode(LAYOUT, Response({"q": number % 3}, {"team": team, "b": number % 2}))
        for team, size in enumerate(people)
        for number in range(size)
    ]
    return np.frombuffer(b"".join(plaintexts), dtype=np.uint8).reshape(-1, LAYOUT.fixed_size)


def figures(manifest: Manifest, design: Design, people: tuple[int, ...], *held: int) -> list[dict[str, Any]]:
    """The rows of a release without noise in which the cells ``held`` are marked as below k."""
    counts = count(design, rows_with(people))
    marks = tuple(cell in held for cell in range(design.cells))
    draw = Draw(tuple(vector(design, counts, 0)), marks, ())
    board = BoardFacts(bytes(32), sum(people), sum(people), 9_000)
    found: list[dict[str, Any]] = build_release(manifest, board, draw)["figures"]
    assert len(found) % design.cells == 0
    assert sizes(counts)[0] == sum(people)
    return found


def of(rows: list[dict[str, Any]], **group: str) -> bytes:
    return canonical_json([row for row in rows if row["group"] == group])


def shown(rows: list[dict[str, Any]], table: str) -> list[str]:
    counts = [row for row in rows if row["table"] == [table] and row["figure"] == "count"]
    return [row["group"][table] for row in counts if row["shown"]]


def test_withheld_and_absent_teams_are_the_same_bytes(manifest: Manifest, design: Design) -> None:
    absent = figures(manifest, design, (900, 800, 0, *USUAL[3:]))
    few = figures(manifest, design, (900, 800, 3, *USUAL[3:]))
    beside = figures(manifest, design, (900, 3, 700, *USUAL[3:]))  # team-2 is withheld with team-1
    place = 1 + 3 + 4 + 2
    below_k = figures(manifest, design, USUAL, place)
    for rows in (absent, few, beside, below_k):
        assert "team-2" not in shown(rows, "team")
        assert "department-0" in shown(rows, "department")
        assert of(rows, team="team-2") == of(absent, team="team-2")
    assert of(beside, team="team-1") == of(few, team="team-2").replace(b"team-2", b"team-1")
    for row in few:
        if row["group"] == {"team": "team-2"}:
            assert {name: row[name] for name in WITHHELD} == WITHHELD


def test_all_below_a_withheld_unit_is_the_same_bytes_whoever_is_in_it(
    manifest: Manifest, design: Design
) -> None:
    """The second department has nobody, too few, or is withheld because of the third."""
    inside = ({"department": "department-1"}, {"team": "team-3"}, {"team": "team-4"})
    crossed = tuple({"department": "department-1", "b": level} for level in ("o0", "o1", "not-said"))
    absent = figures(manifest, design, (*USUAL[:3], 0, 0, *USUAL[5:]))
    few = figures(manifest, design, (*USUAL[:3], 2, 1, *USUAL[5:]))
    beside = figures(manifest, design, (*USUAL[:5], 2, 1))
    for rows in (absent, few, beside):
        assert "division-1" in shown(rows, "division")
        assert shown(rows, "department")[:1] == ["department-0"]
        assert not {"department-1", "department-2"} & set(shown(rows, "department"))
        for group in (*inside, *crossed):
            assert of(rows, **group) == of(absent, **group)


def test_a_release_has_the_same_rows_whoever_answers(manifest: Manifest, design: Design) -> None:
    names = ("table", "group", "figure", "question", "theme", "option")
    one, two = (
        [[row[name] for name in names] for row in figures(manifest, design, people)]
        for people in (USUAL, (0,) * 7)
    )
    assert one == two
