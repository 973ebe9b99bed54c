"""Actions in a browser: whoever may write adds and publishes them, and every text comes out escaped."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from service.surveys.pulses import Pulse
from service.web import action_pages
from tests.integration.web.results_parts import Staff, new_world

PAGE = "/surveys/pulse/actions"
SCRIPT = "<script>alert('out')</script>"


@pytest.fixture
def world(engines: SimpleNamespace, tmp_path: Path) -> object:
    made = new_world(engines, tmp_path / "data")
    made.survey()
    return made


def test_an_owner_adds_publishes_and_deletes_what_was_done(world: SimpleNamespace) -> None:
    owner = Staff(world, "owner")
    added = owner.submit(PAGE, PAGE, **{"text-en": SCRIPT, "owner": SCRIPT, "theme": "openness"})
    assert (added.status_code, added.headers["location"]) == (303, PAGE)
    [action] = world.ok("GET", PAGE)["items"]
    assert (action["text"], action["published"]) == ({"en": SCRIPT}, False)
    shown = owner.text(PAGE)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    one = f"{PAGE}/{action['id']}"
    owner.submit(PAGE, one, **{"text-en": "Quiet\r\nhours", "state": "done", "published": "yes"})
    [action] = world.ok("GET", PAGE)["items"]
    assert (action["text"], action["state"], action["published"]) == ({"en": "Quiet\nhours"}, "done", True)
    assert owner.submit(PAGE, f"{one}/delete").status_code == 303
    assert world.ok("GET", PAGE)["items"] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_faulty_form_comes_back_with_what_was_written(world: SimpleNamespace) -> None:
    owner = Staff(world, "owner")
    answer = owner.submit(PAGE, PAGE, **{"text-en": "Kept & shown", "due": "soon", "theme": "none"})
    assert answer.status_code == 422
    assert "Kept &amp; shown" in answer.text
    assert 'role="alert"' in answer.text
    assert world.ok("GET", PAGE)["items"] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_analyst_reads_and_cannot_write_and_an_auditor_does_neither(world: SimpleNamespace) -> None:
    analyst, auditor = Staff(world, "analyst"), Staff(world, "auditor")
    assert "Add what was decided" not in analyst.text(PAGE)
    assert analyst.submit(PAGE, PAGE, **{"text-en": "x"}).status_code == 403
    assert auditor.send("GET", PAGE).status_code == 403
    assert world.ok("GET", PAGE)["items"] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_form_without_the_sessions_token_changes_nothing(world: SimpleNamespace) -> None:
    owner = Staff(world, "owner")
    assert owner.send("POST", PAGE, data={"text-en": "x", "csrf": "forged"}).status_code == 403
    assert world.ok("GET", PAGE)["items"] == []


def test_an_action_is_asked_about_and_tied_to_an_objective(world: SimpleNamespace) -> None:
    world.roster(150)
    program = world.ok(
        "POST",
        "/programs",
        json={
            "name": SCRIPT,
            "kind": "mentorship",
            "starts_on": "2026-03-10",
            "ends_on": "2026-09-10",
            "survey": "pulse",
        },
    )["id"]
    aim = {"text": SCRIPT, "measure": {"kind": "index"}, "target": 4.0, "due": "2026-09-10"}
    objective = world.ok("POST", f"/programs/{program}/objectives", json=aim)["id"]
    owner = Staff(world, "owner")
    owner.submit(PAGE, PAGE, **{"text-en": "Quiet hours", "tie": f"{program} {objective}"})
    [action] = world.ok("GET", PAGE)["items"]
    assert (action["program"], action["objective"]) == (program, objective)
    shown = owner.text(PAGE)
    assert "<script" not in shown
    assert f'value="{program} {objective}" selected' in shown
    escaped = "&lt;script&gt;alert(&#39;out&#39;)&lt;/script&gt;"
    assert f"About: {escaped}, {escaped}</p>" in shown
    assert "Ask whether it helped" not in shown
    one = f"{PAGE}/{action['id']}"
    owner.submit(PAGE, one, **{"text-en": "Quiet hours", "state": "done", "tie": program})
    [action] = world.ok("GET", PAGE)["items"]
    assert (action["program"], action["objective"]) == (program, None)
    assert "Ask whether it helped" in owner.text(PAGE)
    for wrong in ({"from": "soon"}, {"epsilon": "much"}, {"epsilon": "nan"}, {"from": "2001-01-01"}):
        answer = owner.submit(PAGE, f"{one}/pulse", **wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), wrong
    assert owner.submit(PAGE, f"{one}/pulse", **{"from": "2026-03-05", "epsilon": "1.5"}).status_code == 303
    [action] = world.ok("GET", PAGE)["items"]
    assert action["pulse"]["opens_at"] == "2026-04-04T08:00:00Z"
    shown = owner.text(PAGE)
    assert "Asked from 2026-04-04, as a draft" in shown
    assert "Ask whether it helped" not in shown
    assert owner.submit(PAGE, f"{one}/pulse").status_code == 409


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shows", [True, False])
def test_what_came_of_it_is_a_mean_with_its_interval_and_a_plain_verdict(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, shows: bool
) -> None:
    owner, pulse = Staff(world, "owner"), {"value": 3.9, "low": 3.5, "high": 4.3, "margin": 0.4}
    owner.submit(PAGE, PAGE, **{"text-en": "Quiet hours", "state": "done"})
    told = Pulse("w-a", "helped-a", "released", "2026-04-04T08:00:00Z", "2026-04-11T08:00:00Z")
    found = replace(told, **pulse, verdict="helped") if shows else told
    monkeypatch.setattr(action_pages, "pulse_of", lambda *_: found)
    shown = owner.text(PAGE)
    for words in ("It helped", "3.9 ± 0.4", "3.50 to 4.30"):
        assert (words in shown) == shows
    assert ("not shown" in shown) != shows
