"""Results in a browser: only what was released, one shape for what is not shown, every text escaped."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration.staff.conftest import DEFINITION
from tests.integration.web.results_parts import Staff, new_world

SCRIPT = "<script>alert('out')</script>"
PAGES = ("", "/groups", "/differences", "/trend", "/comments")
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def world(engines: SimpleNamespace, tmp_path: Path) -> Any:
    return new_world(engines, tmp_path / "data")


def released(world: Any, definition: str, answers: int = 400) -> Any:
    world.survey(definition)
    world.roster(12)
    return world.released(answers)


def test_no_text_of_a_definition_becomes_markup(world: Any) -> None:
    definition = re.sub(r"\{en: [^,}]+, de: [^}]+\}", f'{{en: "{SCRIPT}", de: "{SCRIPT}"}}', DEFINITION)
    assert definition.count(SCRIPT) > 20
    wave, owner = released(world, definition), Staff(world, "owner")
    for page in PAGES:
        shown = owner.text(f"/results/{wave.id}{page}")
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown
    picture = owner.text(f"/results/{wave.id}/charts/themes.svg")
    assert "<script" not in picture


def test_roles_that_may_not_read_results_are_refused(world: Any) -> None:
    wave, auditor, analyst = released(world, DEFINITION), Staff(world, "auditor"), Staff(world, "analyst")
    for page in (*PAGES, "/charts/themes.csv"):
        assert auditor.send("GET", f"/results/{wave.id}{page}").status_code == 403
        assert analyst.send("GET", f"/results/{wave.id}{page}").status_code == 200
    assert auditor.send("GET", "/ledger").status_code == 200


def test_a_wave_without_a_release_says_what_to_do(world: Any) -> None:
    world.survey()
    world.roster()
    draft, owner = world.draft(), Staff(world, "owner")
    answer = owner.send("GET", f"/results/{draft}")
    assert answer.status_code == 409
    assert "opened, closed and tallied" in answer.text


def test_cells_that_are_not_shown_are_the_same_bytes(world: Any) -> None:
    wave, owner = released(world, DEFINITION, answers=0), Staff(world, "owner")
    shown = owner.text(f"/results/{wave.id}/groups")
    cells = re.findall(r'<td class="heat-[^>]*>.*?</td>', shown)
    assert cells
    assert len(set(cells)) == 1
    assert "heat-none" in cells[0]


def test_the_ledger_says_in_words_whether_its_chain_holds(world: Any) -> None:
    released(world, DEFINITION)
    assert "The chain of entries holds" in Staff(world, "auditor").text("/ledger")


def test_groups_are_compared_with_each_other_and_waves_with_the_one_before(world: Any) -> None:
    wave, owner = released(world, DEFINITION), Staff(world, "owner")
    against_all = owner.text(f"/results/{wave.id}/charts/differences.csv?by=unit")
    against_north = owner.text(f"/results/{wave.id}/charts/differences.csv?by=unit&against=north")
    assert "North" in against_all
    assert "North" not in against_north
    assert "South" in against_north
    assert "No wave before it" in owner.text(f"/results/{wave.id}/trend")
    later = world.released(400, fresh_groups=True)
    assert "against" in owner.text(f"/results/{later.id}/trend")


def test_every_chart_is_a_picture_a_file_and_a_table(world: Any) -> None:
    wave, owner = released(world, DEFINITION), Staff(world, "owner")
    for name in ("distribution", "themes", "items", "heatmap", "differences", "trend"):
        base = f"/results/{wave.id}/charts/{name}"
        assert owner.text(f"{base}.svg").startswith("<svg")
        assert owner.send("GET", f"{base}.png").content.startswith(b"\x89PNG")
        assert len(owner.text(f"{base}.csv").splitlines()) > 1


@pytest.mark.parametrize("path", ["/groups?by=nothing", "/trend?theme=nothing", "/charts/heatmap.png?by=no"])
def test_what_is_not_there_is_said_in_words(world: Any, path: str) -> None:
    wave = released(world, DEFINITION)
    answer = Staff(world, "owner").send("GET", f"/results/{wave.id}{path}")
    assert answer.status_code == 404
    assert "the page offers" in answer.text


def test_participation_by_group_is_drawn_for_attributes_of_the_roster_alone(world: Any) -> None:
    world.survey()
    world.roster(400)
    wave = world.released(300, tables=[[], ["unit"], ["tenure"]], epsilon=4.0)
    owner = Staff(world, "owner")
    title = "Who took part, in percent of those invited"
    assert title in owner.text(f"/results/{wave.id}/groups?by=unit")
    assert title not in owner.text(f"/results/{wave.id}/groups?by=tenure")
    sheet = owner.text(f"/results/{wave.id}/charts/participation.csv?by=unit").splitlines()
    assert [line.partition(",")[0] for line in sheet[1:]] == ["North", "South"]
    assert owner.send("GET", f"/results/{wave.id}/charts/participation.csv?by=tenure").status_code == 404
    assert "Participation by group" in owner.text(f"/waves/{wave.id}")
