"""What a program aims at and figures from outside, as forms, and what bad input gets at its field."""

from typing import Any

import pytest
from sqlmodel import select

from service.store.tables_programs import ObjectiveRow, OutsideFigureRow
from tests.integration.web.program_parts import (
    FIGURE,
    OBJECTIVE,
    SCRIPT,
    fault_at,
    shown,
)
from tests.integration.web.test_owner_pages import is_page


def test_an_objective_is_set_changed_and_deleted(pages: Any, program: str) -> None:
    address = f"{program}/objectives"
    assert "There is no objective yet" in shown(pages, address)
    assert pages.post(address, **OBJECTIVE).status_code == 303
    [row] = pages.stored(select(ObjectiveRow))
    assert (row.baseline, row.target, row.measure) == (2.1, 2.6, {"kind": "theme", "ref": "growth"})
    form = shown(pages, f"{address}?change={row.id}")
    assert 'value="theme:growth" selected' in form
    changed = {
        **OBJECTIVE,
        "measure": "outside:",
        "outside_name": "retention",
        "baseline": "",
        "target": "90",
    }
    assert pages.post(f"{address}/{row.id}", **changed).status_code == 303
    [row] = pages.stored(select(ObjectiveRow))
    assert (row.baseline, row.measure) == (None, {"kind": "outside", "ref": "retention"})
    assert 'name="outside_name" value="retention"' in shown(pages, f"{address}?change={row.id}")
    assert pages.post(f"{address}/{row.id}/delete").status_code == 303
    assert pages.stored(select(ObjectiveRow)) == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("text", "", "missing"),
        ("measure", "theme:none", "the survey does not hold it"),
        ("measure", "outside:", "needs a name"),
        ("measure", "", "not one of those offered"),
        ("target", "nan", "not a number"),
        ("target", "", "missing"),
        ("target", "9", "no value that the measure can have"),
        ("target", "1", "other side of the baseline"),
        ("baseline", "low", "not a number"),
        ("due", "", "missing"),
        ("due", "2020-01-01", "before the program starts"),
        ("direction", "up", "not one of those offered"),
    ],
)
def test_a_fault_of_an_objective_is_told_at_its_field_and_nothing_is_stored(
    kept_pages: Any, kept_program: str, field: str, value: str, told: str
) -> None:
    answer = kept_pages.post(f"{kept_program}/objectives", **{**OBJECTIVE, field: value})
    assert is_page(answer, 422)
    assert told in fault_at(answer, field)
    assert field == "text" or "Mentees see a next step" in answer.text
    assert kept_pages.stored(select(ObjectiveRow)) == []


def test_an_outside_figure_is_entered_imported_and_deleted(pages: Any, program: str) -> None:
    address = f"{program}/outside"
    assert pages.post(address, **FIGURE).status_code == 303
    head = "name,unit,group,day,value,people,source\n"
    file = {"file": ("a.csv", f"{head}promoted,%,others,2026-06-30,4.5,180,personnel system\n", "text/csv")}
    assert pages.post(f"{address}/import", files=file).status_code == 303
    page = shown(pages, address)
    assert "91.5" in page
    assert "personnel system" in page
    for row in pages.stored(select(OutsideFigureRow)):
        assert pages.post(f"{address}/{row.id}/delete").status_code == 303
    assert pages.stored(select(OutsideFigureRow)) == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "it is empty"),
        ("unit", "x" * 41, "too long"),
        ("group", "some", "not one of those offered"),
        ("day", "", "missing"),
        ("value", "many", "not a number"),
        ("value", "1e999", "not a number"),
        ("people", "4", "fewer than 5 people"),
        ("people", "4.5", "not a whole number"),
        ("people", "", "missing"),
        ("source", "\x00", "cannot be stored"),
    ],
)
def test_a_fault_of_a_figure_is_told_at_its_field_and_nothing_is_stored(
    kept_pages: Any, kept_program: str, field: str, value: str, told: str
) -> None:
    answer = kept_pages.post(f"{kept_program}/outside", **{**FIGURE, field: value})
    assert is_page(answer, 422)
    assert told in fault_at(answer, field)
    assert kept_pages.stored(select(OutsideFigureRow)) == []


def test_every_fault_of_a_file_is_told_with_its_line_and_nothing_is_stored(pages: Any, program: str) -> None:
    lines = ["name,unit,group,day,value,people,source", "a,%,others,2026-06-30,1,180,", "b,%,all,soon,1,3,"]
    for content, told in (
        ("\n".join(lines), ("Line 3", "no such group", "not a day")),
        (f"{SCRIPT}\n", ("Line 1",)),
        (b"\x89PNG\xff", ("not UTF-8",)),
        ("", ("no figures",)),
    ):
        answer = pages.post(f"{program}/outside/import", files={"file": ("a.csv", content, "text/csv")})
        assert is_page(answer, 422)
        for words in told:
            assert words in answer.text
    large = pages.post(f"{program}/outside/import", files={"file": ("a.csv", "a" * 1_200_000, "text/csv")})
    assert is_page(large, 413)
    assert pages.stored(select(OutsideFigureRow)) == []
