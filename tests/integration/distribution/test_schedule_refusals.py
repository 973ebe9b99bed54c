"""What a schedule cannot be: refused with every fault at once, and nothing is stored."""

from collections.abc import Callable
from typing import Any

from service.store.tables_schedules import ScheduleRow
from tests.integration.distribution.conftest import WEEKLY, PulseWorld
from tests.integration.distribution.test_schedule_comes import ON_SQLITE

PATH = "/surveys/pulse/schedule"
BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "fields": ({"cadence": "daily", "starts_on": "soon", "speed": 3, "opens": "9 o'clock"}, {"request"}),
    "missing": ({"cadence": None}, {"request"}),
    "calendar": (
        {"zone": "Europe/Berlín", "holidays": "DE-XX", "ends_on": "2026-01-01"},
        {"unknown-zone", "unknown-calendar", "ends-before-start"},
    ),
    "overlap": ({"open_days": 8}, {"overlaps-itself"}),
    "questions": (
        {"always": ["nothing"], "questions_per_wave": 2, "people_one_in": 3},
        {"unknown-reference", "rotation-locked"},
    ),
    "locked": ({"questions_per_wave": 2, "people_one_in": 4, "always": ["more"]}, {"rotation-locked"}),
    "reminders": (
        {"reminders": [{"days": 3, "at": "17:00"}, {"days": 3, "at": "17:30"}]},
        {"reminders-without-mail", "reminder-outside", "reminders-close"},
    ),
    "hearing": ({"mail": True, "announce": ["teams"]}, {"no-mail-server", "no-webhook"}),
    "terms": (
        {"terms": {"tables": [[], ["nothing"]], "importance": {"nobody": 2}, "k": 20, "comment_k": 10}},
        {"unknown-attribute", "unknown-importance", "comment-k"},
    ),
    "pairing": ({"terms": {"pairing": {"program": "p-none", "measures": [{}]}}}, {"request"}),
    "cap": ({"terms": {"epsilon": 3.0, "merge_at": 1, "allow_empty": True}}, {"schedule-over-the-cap"}),
    "plan": ({"cadence": "quarterly", "terms": {"epsilon": 0.1, "merge_at": 1}}, {"nothing-would-show"}),
    "people": (
        {"cadence": "quarterly", "people_one_in": 12, "terms": {"epsilon": 0.1, "merge_at": 1}},
        {"roster-below-k"},
    ),
}


@ON_SQLITE
def test_a_schedule_that_cannot_be_is_refused_with_its_faults(
    world: PulseWorld, problem_of: Callable[[Any], Any]
) -> None:
    world.asked(24)
    found = {}
    for name, (changes, _) in BAD.items():
        body = {key: value for key, value in {**WEEKLY, **changes}.items() if value is not None}
        answers = [world.call("PUT", f"{PATH}{query}", json=body) for query in ("?dry_run=true", "")]
        assert {answer.status_code for answer in answers} == {422}, name
        tried, put = (problem_of(answer)["problems"] for answer in answers)
        assert tried == put
        assert all(one["remedy"] for one in put)
        found[name] = {one["id"] for one in put}
    assert found == {name: expected for name, (_, expected) in BAD.items()}
    assert world.rows(ScheduleRow) == []


@ON_SQLITE
def test_a_refused_change_leaves_the_schedule_as_it_was(world: PulseWorld) -> None:
    world.pulses()
    before = world.ok("GET", PATH)
    assert world.call("PUT", PATH, json={**WEEKLY, "open_days": 30}).status_code == 422
    assert world.ok("GET", PATH) == before


@ON_SQLITE
def test_two_surveys_that_ask_everybody_at_once_are_named(world: PulseWorld) -> None:
    """Whichever is set second, before a wave of either is drafted."""
    world.pulses(24, "census", cadence="monthly", starts_on="2026-03-10", terms=WEEKLY["terms"])
    world.asked(24)
    answer = world.call("PUT", PATH, json=WEEKLY)
    problem = answer.json()["problems"][0]
    assert problem["id"] == "overlapping-waves"
    assert "census" in problem["message"]
    assert "2026-03-09" in problem["message"] or "2026-03-10" in problem["message"]
    assert world.rows(ScheduleRow)[0].survey_id == "census"
    assert len(world.rows(ScheduleRow)) == 1


@ON_SQLITE
def test_a_wave_made_by_hand_that_asks_everybody_at_once_is_named(world: PulseWorld) -> None:
    world.asked(24)
    world.asked(24, "other")
    world.ok(
        "POST",
        "/surveys/other/waves",
        json={
            "opens_at": "2026-03-17T08:00:00Z",
            "closes_at": "2026-03-19T08:00:00Z",
            "merge_at": 1,
            "allow_empty": True,
            "epsilon": 0.2,
        },
    )
    problem = world.call("PUT", PATH, json=WEEKLY).json()["problems"][0]
    assert problem["id"] == "overlapping-waves"
    assert "other" in problem["message"]
    assert "2026-03-16" in problem["message"]


@ON_SQLITE
def test_a_draw_makes_do_with_the_rest_and_says_so(world: PulseWorld) -> None:
    world.pulses(24, "thirds", people_one_in=3)
    year = world.pulses(24, people_one_in=2)
    note = "people are left out of the draw: another wave asks them at that time"
    assert any(note in one for one in year["notes"])
    assert all(wave["invited"] == 12 for wave in year["waves"])


@ON_SQLITE
def test_without_a_roster_a_survey_or_a_schedule_it_says_what_is_missing(
    world: PulseWorld, problem_of: Callable[[Any], Any]
) -> None:
    for method, path in (("PUT", PATH), ("GET", PATH), ("GET", f"{PATH}/year"), ("POST", f"{PATH}/pause")):
        assert world.call(method, path, json=WEEKLY).status_code == 404
    world.survey()
    empty = world.call("PUT", PATH, json=WEEKLY)
    assert empty.status_code == 409
    assert "roster is empty" in problem_of(empty)["detail"]
    for method, path in (
        ("GET", PATH),
        ("GET", f"{PATH}/year"),
        ("DELETE", PATH),
        ("POST", f"{PATH}/resume"),
    ):
        assert "no schedule" in problem_of(world.call(method, path))["detail"]


@ON_SQLITE
def test_a_body_that_is_no_schedule_is_refused(world: PulseWorld, problem_of: Callable[[Any], Any]) -> None:
    world.asked(24)
    for content in (b"", b"[]", b"{", b"\xff", b'{"cadence": "weekly"}', b"x" * 70_000):
        answer = world.call("PUT", PATH, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (413, 422), content[:20]
        problem_of(answer)
    assert world.rows(ScheduleRow) == []
