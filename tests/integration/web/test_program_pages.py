"""Programs in a browser: a story that works, and what bad input gets at its field."""

import re
from typing import Any

import pytest
from sqlmodel import select

from service.store.tables_programs import ObjectiveRow, OutsideFigureRow, ProgramRow, ProgramWaveRow
from tests.integration.web.program_parts import (
    ABOUT,
    FIGURE,
    GROUPS,
    OBJECTIVE,
    fault_at,
    shown,
)
from tests.integration.web.test_owner_pages import is_page


def test_a_program_is_made_changed_moved_on_and_kept_from_deletion_once_it_runs(
    pages: Any, program: str
) -> None:
    assert "There is no program yet" not in shown(pages, "/programs")
    page = shown(pages, program)
    for told in ("Mentorship", "planned", "2026-04-01", "mentor, mentee"):
        assert told in page
    assert "Nothing says yet who takes part" in page
    form = shown(pages, f"{program}/edit")
    assert 'value="mentee" checked' in form
    assert 'value="member" checked' not in form
    assert pages.post(f"{program}/edit", **{**ABOUT, "name": "Renamed"}).status_code == 303
    assert [row.name for row in pages.stored(select(ProgramRow))] == ["Renamed"]
    assert pages.post(f"{program}/state", state="running").status_code == 303
    refused = pages.post(f"{program}/state", state="planned")
    assert is_page(refused, 409)
    assert "it can be ended next" in refused.text
    assert "only a planned one can be deleted" in pages.post(f"{program}/delete").text
    assert [row.state for row in pages.stored(select(ProgramRow))] == ["running"]


def test_a_planned_program_without_anything_can_be_deleted(pages: Any, program: str) -> None:
    assert pages.post(f"{program}/delete").headers["location"] == "/programs"
    assert "There is no program yet" in shown(pages, "/programs")
    assert is_page(pages.get(program), 404)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "it is empty"),
        ("name", "x" * 201, "too long"),
        ("kind", "holiday", "not one of those offered"),
        ("starts_on", "", "missing"),
        ("ends_on", "soon", "cannot be read"),
        ("ends_on", "2026-03-01", "ends before"),
        ("purpose", "x" * 1001, "too long"),
        ("owner", "\x00", "cannot be stored"),
        ("roles", "boss", "not one of those offered"),
        ("survey", "none", "no such survey"),
    ],
)
def test_a_fault_of_a_program_is_told_at_its_field_and_nothing_is_stored(
    kept_pages: Any, kept_program: str, field: str, value: str, told: str
) -> None:
    before = kept_pages.stored(select(ProgramRow))
    for address in ("/programs/new", f"{kept_program}/edit"):
        answer = kept_pages.post(address, **{**ABOUT, field: value})
        assert is_page(answer, 422)
        assert told in fault_at(answer, field)
        assert field == "sponsor" or "&lt;script&gt;" in answer.text
    assert kept_pages.stored(select(ProgramRow)) == before


def test_who_takes_part_is_a_level_and_never_compared_with_itself(pages: Any, program: str) -> None:
    address = f"{program}/participants"
    assert pages.post(address, **GROUPS).status_code == 303
    assert "As a mentee" in shown(pages, program)
    waiting = {**GROUPS, "level:takes-part:waiting": "comparison", "comparison": "levels"}
    assert pages.post(address, **waiting, stratum="site:north").status_code == 303
    page = shown(pages, program)
    assert "On the waiting list" in page
    assert "Site: North" in page
    form = shown(pages, address)
    assert form.count('value="participants" selected') == 1
    assert form.count('value="comparison" selected') == 1
    assert 'value="site:north" selected' in form
    [row] = pages.stored(select(ProgramRow))
    assert (row.participants, row.comparison) == (["mentee"], {"kind": "levels", "levels": ["waiting"]})
    assert row.stratum == {"attribute": "site", "level": "north"}
    assert pages.post(f"{program}/edit", **{**ABOUT, "survey": ""}).status_code == 303
    [row] = pages.stored(select(ProgramRow))
    assert (row.attribute, row.participants, row.stratum) == (None, [], None)
    assert "The program has no survey yet" in shown(pages, address)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"level:site:north": "comparison", "comparison": "levels"}, "levels of several attributes"),
        ({"level:takes-part:waiting": "comparison"}, "everybody else is chosen"),
        ({"comparison": "levels"}, "none is chosen"),
        ({"level:takes-part:waiting": "participants", "level:takes-part:neither": "participants"}, "nobody"),
        ({"stratum": "takes-part:mentee"}, "no such attribute beside"),
        ({"level:takes-part:boss": "participants"}, "no such level"),
    ],
)
def test_a_fault_of_the_groups_is_told_and_nothing_is_stored(
    kept_pages: Any, kept_program: str, sent: dict[str, str], told: str
) -> None:
    before = kept_pages.stored(select(ProgramRow))
    answer = kept_pages.post(f"{kept_program}/participants", **{**GROUPS, **sent})
    assert is_page(answer, 422)
    assert told in answer.text
    assert 'value="participants" selected' in answer.text
    assert kept_pages.stored(select(ProgramRow)) == before


def test_a_wave_that_is_there_is_used_once_under_a_label_and_taken_out(pages: Any, program: str) -> None:
    people = "person\n" + "".join(f"{number}\n" for number in range(300))
    assert (
        pages.post("/surveys/pulse/roster", files={"file": ("r.csv", people, "text/csv")}).status_code == 303
    )
    times = {"opens_at": "2026-03-02T08:00", "closes_at": "2026-03-09T08:00", "allow_empty": "yes"}
    wave = pages.post("/surveys/pulse/plan", do="draft", **times).headers["location"].rpartition("/")[2]
    assert pages.post(f"{program}/waves", wave=wave, label="baseline").status_code == 303
    page = shown(pages, program)
    assert f'href="/waves/{wave}">before<' in page
    assert '<option value="baseline">' not in page
    for sent in ({"wave": wave, "label": "never"}, {"wave": "w-none", "label": "end"}):
        assert 400 <= pages.post(f"{program}/waves", **sent).status_code < 500
    assert [row.label for row in pages.stored(select(ProgramWaveRow))] == ["baseline"]
    assert pages.post(f"{program}/waves/{wave}/remove").status_code == 303
    assert pages.stored(select(ProgramWaveRow)) == []


def test_no_text_becomes_markup(pages: Any, program: str) -> None:
    assert pages.post(f"{program}/participants", **GROUPS).status_code == 303
    assert pages.post(f"{program}/objectives", **OBJECTIVE).status_code == 303
    assert pages.post(f"{program}/outside", **FIGURE).status_code == 303
    for part in ("", "/edit", "/participants", "/objectives", "/outside"):
        page = shown(pages, f"{program}{part}")
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert len(re.findall("<h1", page)) == 1
    assert "<script" not in shown(pages, "/programs")


def test_analysts_read_and_auditors_do_not_and_forged_forms_change_nothing(pages: Any, program: str) -> None:
    for part in ("", "/objectives", "/outside"):
        assert 'method="post" action="/programs' not in shown(pages, f"{program}{part}", "analyst")
        assert is_page(pages.get(f"{program}{part}", "auditor"), 403)
    assert "New program" not in shown(pages, "/programs", "analyst")
    assert is_page(pages.get("/programs", "auditor"), 403)
    assert 'href="/programs"' not in shown(pages, "/ledger", "auditor")
    before = [pages.stored(select(row)) for row in (ProgramRow, ObjectiveRow, OutsideFigureRow)]
    writes = {
        "/programs/new": ABOUT,
        f"{program}/edit": ABOUT,
        f"{program}/state": {"state": "running"},
        f"{program}/participants": GROUPS,
        f"{program}/objectives": OBJECTIVE,
        f"{program}/outside": FIGURE,
        f"{program}/delete": {},
    }
    for address, sent in writes.items():
        for role in ("analyst", "auditor"):
            assert is_page(pages.post(address, role, **sent), 403), address
        assert is_page(pages.post(address, csrf="forged", **sent), 403), address
        assert is_page(pages.post(address, None, **sent), 401), address
    for part in ("/edit", "/participants"):
        assert is_page(pages.get(f"{program}{part}", "analyst"), 403)
    assert pages.get(program, None).status_code == 303
    after = [pages.stored(select(row)) for row in (ProgramRow, ObjectiveRow, OutsideFigureRow)]
    assert after == before


@pytest.mark.parametrize("value", ["\x00", "1" * 5000, "9999-12-31", "\U0001f4a5" * 300, "a:b:c", "-1"])
def test_nothing_that_a_field_says_is_an_error_of_the_service(pages: Any, program: str, value: str) -> None:
    plan = {"do": "plan", "wave": ["end"], "others": "6", "people": "9", "rate": "50", "first_opens_at": ""}
    forms = {
        "/programs/new": ABOUT,
        f"{program}/edit": ABOUT,
        f"{program}/participants": {**GROUPS, "stratum": "site:north"},
        f"{program}/objectives": {**OBJECTIVE, "outside_name": ""},
        f"{program}/outside": FIGURE,
        f"{program}/plan": plan,
        f"{program}/state": {"state": "running"},
        f"{program}/waves": {"wave": "w-none", "label": "end"},
    }
    for address, sent in forms.items():
        for field in sent:
            answer = pages.post(address, **{**sent, field: value})
            assert answer.status_code < 500, (address, field)
