"""Programs with released waves: their evaluation, and several side by side."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration.web.results_parts import Staff, new_world

SCRIPT = "<script>alert(1)</script>"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def world(engines: SimpleNamespace, tmp_path: Path) -> Any:
    made = new_world(engines, tmp_path / "data")
    made.survey()
    made.roster(400)
    return made


def program(owner: Staff, name: str, level: str = "north") -> str:
    """The address of a program in which a unit takes part."""
    about = {"name": name, "kind": "mentorship", "starts_on": "2026-03-10", "ends_on": "2026-09-30"}
    made = owner.submit("/programs/new", "/programs/new", **about, survey="pulse")
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    groups = {f"level:unit:{level}": "participants", "comparison": "rest"}
    assert owner.submit(address, f"{address}/participants", **groups).status_code == 303
    return str(address)


def test_a_program_is_evaluated_from_its_released_waves(world: Any) -> None:
    owner = Staff(world, "owner")
    address = program(owner, f"Mentoring {SCRIPT}")
    assert "Nothing can be compared yet" in owner.text(f"{address}/evaluation")
    goal = {"text": "People speak up", "measure": "theme:openness", "target": "4.5", "due": "2026-10-01"}
    assert owner.submit(address, f"{address}/objectives", **goal).status_code == 303
    for label in ("baseline", "end"):
        wave = world.released(400, fresh_groups=True)
        assert owner.submit(address, f"{address}/waves", wave=wave.id, label=label).status_code == 303
    page = owner.text(f"{address}/evaluation")
    for told in ("Openness (unpaired)", "Difference in differences", "People speak up", "not yet"):
        assert told in page, told
    assert "<script" not in page
    assert "Offenheit" in owner.text(f"{address}/evaluation?language=de")
    assert owner.send("GET", f"{address}/evaluation?language=xx").status_code == 422
    assert owner.text(f"{address}/charts/effects.svg").startswith("<svg")
    about = owner.text(address)
    assert "Released waves: 2" in about
    assert "200 and 200" in about


def test_programs_are_read_side_by_side_with_what_chance_would_do(world: Any) -> None:
    owner, analyst = Staff(world, "owner"), Staff(world, "analyst")
    wave = world.released(400)
    named = []
    for name, level in ((SCRIPT, "north"), ("Other", "south"), ("Without waves", "north")):
        address = program(owner, name, level)
        named.append(f"program={address.rpartition('/')[2]}")
        if len(named) < 3:
            assert owner.submit(address, f"{address}/waves", wave=wave.id, label="end").status_code == 303
    for who in (owner, analyst):
        page = who.text(f"/programs/compare?{'&'.join(named)}&measure=theme:openness")
        assert "2 programs are compared" in page
        assert "about 0.2 of them" in page
        assert page.count("not shown") >= 1
        assert "<script" not in page
        assert "&lt;/script&gt; (unpaired)" in page
    chart = f"/programs/compare/charts/programs.csv?{'&'.join(named)}"
    assert "Other (unpaired)" in owner.text(f"{chart}&measure=theme:openness")
    assert owner.send("GET", "/programs/compare/charts/programs.csv").status_code == 404
    for query, status in ((named[0], 422), ("", 422), ("program=p-none&program=p-no", 404)):
        assert owner.send("GET", f"/programs/compare?{query}").status_code == status
    wrong = owner.send("GET", f"/programs/compare?{'&'.join(named)}&measure=theme:none")
    assert wrong.status_code == 404
    assert Staff(world, "auditor").send("GET", f"/programs/compare?{'&'.join(named)}").status_code == 403
