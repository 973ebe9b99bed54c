"""Actions in a browser: whoever may write adds and publishes them, and every text comes out escaped."""

from pathlib import Path
from types import SimpleNamespace

import pytest

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
