"""Drafts: their terms, their plan, the room in the ledger; and what can be read of any wave."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import select

from privacy.contract import Weights
from privacy.plan import make_policy
from service.store.tables_main import LedgerRow, WaveRow
from service.store.unit_of_work import reading

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


TIMES = {"opens_at": "2026-03-02T08:00:00Z", "closes_at": "2026-03-09T08:00:00Z"}


def test_a_draft_shows_what_it_will_show_and_cost(world: SimpleNamespace) -> None:
    world.survey()
    answer = world.call("POST", "/surveys/pulse/waves", json=TIMES)
    assert answer.status_code == 201
    draft = answer.json()
    assert draft["state"] == "draft"
    assert draft["wave"] is None
    plan = draft["plan"]
    assert (plan["epsilon"], plan["k"], plan["comment_k"]) == (3.0, 5, 10)
    assert plan["tables"] == [[], ["unit"]]
    assert 0 < plan["loss"]["epsilon_presence"] <= 3
    assert plan["room"] == {
        "cap_epsilon": 8.0,
        "cap_micro_rho": plan["room"]["cap_micro_rho"],
        "spent_micro_rho": 0,
        "spent_epsilon": 0.0,
        "fits": True,
        "fits_from": "2026-03-02",
    }
    assert world.ok("GET", f"/waves/{draft['id']}", "service") == draft


def test_every_term_can_be_chosen_and_changed_while_it_is_a_draft(world: SimpleNamespace) -> None:
    world.survey()
    terms = {
        "epsilon": 1,
        "k": 8,
        "comment_k": 20,
        "tables": [["unit", "tenure"], ["tenure"]],
        "retention_days": 30,
        "margins": {"scale": 0.4},
    }
    draft = world.ok("POST", "/surveys/pulse/waves", json={**TIMES, **terms})
    plan = draft["plan"]
    assert plan["tables"] == [[], ["unit", "tenure"], ["tenure"]]
    assert plan["margins"] == {"scale": 0.4, "share": 15.0, "nps": 30.0}
    changed = world.ok(
        "PATCH", f"/waves/{draft['id']}", json={"k": 6, "closes_at": "2026-03-10T10:00:00+01:00"}
    )
    assert changed["closes_at"] == "2026-03-10T09:00:00Z"
    assert changed["opens_at"] == draft["opens_at"]
    assert changed["plan"]["k"] == 6
    assert changed["plan"]["tables"] == plan["tables"]
    assert world.call("DELETE", f"/waves/{draft['id']}").status_code == 204
    assert world.call("GET", f"/waves/{draft['id']}").status_code == 404
    assert world.call("DELETE", f"/waves/{draft['id']}").status_code == 404


FAULTY = (
    ({"opens_at": "2026-03-02T08:00:30Z"}, "opens_at"),
    ({"opens_at": "2026-03-02T08:00:00"}, "opens_at"),
    ({"opens_at": 1772438400}, "opens_at"),
    ({"opens_at": "tomorrow"}, "opens_at"),
    ({"opens_at": None}, "opens_at"),
    ({"opens_at": "0001-01-01T00:00:00+14:00"}, "opens_at"),
    ({"opens_at": "9999-12-31T23:59:00-10:00"}, "opens_at"),
    ({"opens_at": "2026-03-02T08:00:00+00:00:30"}, "opens_at"),
    ({"closes_at": "2027-03-03T08:01:00Z"}, "closes_at"),
    ({"closes_at": "9999-12-31T23:59:00Z"}, "closes_at"),
    ({"closes_at": "2026-03-02T08:00:00Z"}, "closes_at"),
    ({"closes_at": "2026-03-01T08:00:00Z"}, "closes_at"),
    ({"epsilon": 0}, "epsilon"),
    ({"epsilon": 21}, "epsilon"),
    ({"epsilon": "3"}, "epsilon"),
    ({"epsilon": True}, "epsilon"),
    ({"k": 1}, "k"),
    ({"k": 5.5}, "k"),
    ({"k": 20}, "comment_k"),
    ({"tables": [["shoe"]]}, "policy.tables[1]"),
    ({"tables": [["unit"], ["unit"]]}, "policy.tables[2]"),
    ({"tables": "unit"}, "tables"),
    ({"retention_days": 0}, "retention_days"),
    ({"retention_days": 3651}, "retention_days"),
    ({"margins": {"scale": -1}}, "margins.scale"),
    ({"margins": {"height": 1}}, "margins"),
    ({"shoe": 40}, "body"),
)


@ON_SQLITE
def test_terms_with_faults_store_and_change_nothing(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    draft = world.draft()
    before = world.ok("GET", f"/waves/{draft}")
    for terms, place in FAULTY:
        for method, path in (("POST", "/surveys/pulse/waves"), ("PATCH", f"/waves/{draft}")):
            body = {**TIMES, **terms} if method == "POST" else terms
            answer = world.call(method, path, json=body)
            assert answer.status_code == 422, terms
            places = [fault["place"] for fault in problem_of(answer)["problems"]]
            assert place in places, (terms, places)
    assert world.ok("GET", f"/waves/{draft}") == before
    assert len(world.ok("GET", "/waves")["items"]) == 1


@ON_SQLITE
def test_all_faults_of_terms_are_told_at_once(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    body = {
        "opens_at": "2026-02-02T08:00:00Z",
        "closes_at": "2026-02-02T08:00:00Z",
        "k": 20,
        "tables": [["shoe"]],
    }
    answer = world.call("POST", "/surveys/pulse/waves", json=body)
    found = {fault["id"] for fault in problem_of(answer)["problems"]}
    assert found == {"closes-first", "closes-in-past", "comment-k", "unknown-attribute"}


def test_the_manifest_promises_what_the_draft_showed(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(400)
    draft = world.ok("POST", "/surveys/pulse/waves", json={**TIMES, "epsilon": 2.5, "k": 7})
    opened = world.ok("POST", f"/waves/{draft['id']}/open")
    assert {**draft["plan"], "room": None} == opened["plan"]
    manifest = world.manifest(draft["id"])
    assert manifest.wave.hex() == opened["wave"]
    assert manifest.invited == opened["invited"] == 400
    assert manifest.retention_days == 90
    weights = Weights(**{name: tuple(part) for name, part in draft["plan"]["chosen"]["weights"].items()})
    assert manifest.policy == make_policy(
        manifest.questions,
        manifest.attributes,
        [[], ["unit"]],
        epsilon=2.5,
        k=7,
        comment_k=10,
        weights=weights,
    )
    assert [level.invited for level in manifest.attributes[0].levels] == [200, 200]
    assert world.ok("GET", f"/waves/{opened['wave']}") == opened


@ON_SQLITE
def test_a_wave_that_is_opened_early_says_when_it_opened(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    later = {"opens_at": "2026-03-05T08:00:00Z", "closes_at": "2026-03-09T08:00:00Z"}
    draft = world.ok("POST", "/surveys/pulse/waves", json={**later, "allow_empty": True})["id"]
    assert world.ok("POST", f"/waves/{draft}/open")["opens_at"] == "2026-03-02T08:00:00Z"
    assert world.manifest(draft).opens_at <= world.now


def test_counts_stay_hidden_until_the_wave_has_closed(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    read = world.ok("GET", f"/waves/{wave.id}", "admin")
    assert read["invited"] == 12
    assert (read["issued"], read["responses"], read["root"]) == (None, None, None)
    closed = world.ok("POST", f"/waves/{wave.id}/close")
    assert (closed["issued"], closed["responses"]) == (0, 0)
    assert len(closed["root"]) == 64


def test_opening_needs_a_roster_a_wave_key_and_time(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    draft = world.draft()
    answer = world.call("POST", f"/waves/{draft}/open")
    assert answer.status_code == 409
    assert "roster" in problem_of(answer)["detail"]
    world.roster()
    for _ in range(3):
        world.opened(epsilon=0.3)
    answer = world.call("POST", f"/waves/{draft}/open")
    assert answer.status_code == 409
    assert "tally keys" in problem_of(answer)["detail"]
    world.add_wave_keys(1)
    world.now += timedelta(days=8)
    answer = world.call("POST", f"/waves/{draft}/open")
    assert answer.status_code == 409
    assert "closing time" in problem_of(answer)["detail"]
    assert world.ok("GET", f"/waves/{draft}")["state"] == "draft"
    with reading(world.main) as tx:
        assert len(tx.exec(select(LedgerRow)).all()) == 3


def test_nothing_is_left_behind_when_the_box_cannot_be_written(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    world.survey()
    world.roster()
    draft = world.draft()
    with world.box.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE box_wave RENAME TO box_wave_away")
    answer = world.call("POST", f"/waves/{draft}/open")
    assert answer.status_code == 503
    problem_of(answer)
    with world.box.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE box_wave_away RENAME TO box_wave")
    with reading(world.main) as tx:
        assert tx.exec(select(LedgerRow)).all() == []
        assert tx.exec(select(WaveRow)).one().state == "draft"
    assert world.ok("POST", f"/waves/{draft}/open")["state"] == "open"


def test_lists_can_be_narrowed_to_a_survey_and_to_states(world: SimpleNamespace, definition: str) -> None:
    world.survey()
    world.survey(definition.replace("id: pulse", "id: other", 1))
    world.roster()
    first, second = world.draft(), world.opened()
    third = world.draft("other")

    def ids(path: str) -> list[str]:
        return [item["id"] for item in world.ok("GET", path, "service")["items"]]

    assert sorted(ids("/waves")) == sorted([first, second.id, third])
    assert ids("/waves?state=open&state=closed") == [second.id]
    assert ids("/surveys/other/waves") == [third]
    assert sorted(ids("/surveys/pulse/waves?state=draft&state=open")) == sorted([first, second.id])
    assert world.call("GET", "/waves?state=lost").status_code == 422
    assert world.call("GET", "/surveys/none/waves").status_code == 404
