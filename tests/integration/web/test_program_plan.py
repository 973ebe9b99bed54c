"""The wave plan in a browser: a dry run stores nothing, drafts are made all at once."""

import re
from typing import Any

import pytest
from sqlmodel import select

from service.store.tables_main import WaveRow
from service.store.tables_programs import ProgramWaveRow
from tests.integration.web.program_parts import ABOUT, DEFINITION, GROUPS, fault_at, new_program, shown
from tests.integration.web.test_owner_pages import is_page

USUAL = ("baseline", "end", "one-month", "three-months")
PLAN = {"wave": list(USUAL), "epsilon": "1", "k": "5", "merge_at": "10", "open_days": "14"}


def new_plan(pages: Any) -> str:
    """The address of the plan of a program whose survey has a roster."""
    people = "person\n" + "".join(f"{number}\n" for number in range(300))
    program = new_program(pages)
    file = {"file": ("r.csv", people, "text/csv")}
    assert pages.post("/surveys/pulse/roster", files=file).status_code == 303
    assert pages.post(f"{program}/participants", **GROUPS).status_code == 303
    return f"{program}/plan"


@pytest.fixture
def plan(pages: Any) -> str:
    """The address of such a plan."""
    return new_plan(pages)


@pytest.fixture(scope="module")
def kept_plan(kept_pages: Any) -> str:
    """The same, for tests that store nothing."""
    return new_plan(kept_pages)


def planned(page: str) -> list[list[str]]:
    """The rows of the table of a dry run."""
    body = page.partition("What they would cost")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>"))
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells if row]


def test_a_dry_run_shows_each_wave_and_what_the_year_comes_to_and_stores_nothing(
    kept_pages: Any, kept_plan: str
) -> None:
    assert 'value="baseline" checked' in shown(kept_pages, kept_plan)
    answer = kept_pages.post(kept_plan, do="plan", **PLAN, others="6")
    assert is_page(answer, 200)
    rows = planned(answer.text)
    assert [(row[0], row[4]) for row in rows] == [
        ("before", "2026-03-18"),
        ("at the end", "2026-09-30"),
        ("one month after", "2026-10-30"),
        ("three months after", "2026-12-30"),
        ("other 1", "2027-03-30"),
    ]
    spent = [float(row[2]) for row in rows]
    assert spent[0] < spent[1] < spent[2] < spent[3]
    assert all(row[3].endswith("%") for row in rows)
    assert 'name="others"' in answer.text
    assert 'value="6"' in answer.text
    assert kept_pages.stored(select(WaveRow)) == []


def test_a_dry_run_says_what_could_be_detected_or_what_is_missing_to_tell(
    kept_pages: Any, kept_plan: str
) -> None:
    asked = kept_pages.post(kept_plan, do="plan", **PLAN)
    assert is_page(asked, 200)
    assert "say how many people take part" in asked.text
    told = kept_pages.post(kept_plan, do="plan", **{**PLAN, "epsilon": "3"}, people="60", rate="70")
    assert re.search(r"With 60 who take part and 240 others, of whom 70% answer, epsilon 3", told.text)
    assert "8 of 10 evaluations" in told.text
    least = re.findall(r'<td class="number">([0-9.]+)</td>', told.text.partition("Smallest change")[2])
    assert all(0.1 < float(text) < 4 for text in least)
    assert least
    for field, value in (("people", "few"), ("people", "0"), ("rate", "120"), ("rate", "most")):
        answer = kept_pages.post(kept_plan, do="plan", **PLAN, **{field: value})
        assert is_page(answer, 422)
        assert fault_at(answer, field)


def test_waves_can_be_paired_on_measures_at_a_cost(pages: Any, plan: str) -> None:
    terms = {**PLAN, "wave": ["baseline", "end"], "epsilon": "2"}
    alone = pages.post(plan, do="plan", **terms)
    paired = pages.post(plan, do="plan", **terms, paired=["theme:growth"], pairing_epsilon="1", people="60")
    assert is_page(paired, 200)
    costs = [[float(row[1].split()[0]) for row in planned(page.text)] for page in (alone, paired)]
    assert all(more > less for less, more in zip(*costs, strict=True))
    assert 'value="theme:growth" checked' in paired.text
    assert "The same people, before against after" in paired.text
    for sent in ({"paired": ["theme:none"]}, {"paired": ["theme:growth"], "wave": ["end"]}):
        refused = pages.post(plan, do="draft", **{**terms, **sent})
        assert is_page(refused, 422)
        assert 'href="#pairing"' in refused.text
    made = pages.post(plan, do="draft", **terms, paired=["theme:growth"], pairing_epsilon="1")
    assert made.status_code == 303, made.text
    drafts = pages.stored(select(WaveRow))
    assert all(row.plan["pairing"] for row in drafts)
    contracts = [shown(pages, f"/waves/{row.id}") for row in drafts]
    assert all("Compared person by person" in contract for contract in contracts)
    assert sum("with the answers of the wave" in contract for contract in contracts) == 1
    assert sum("is kept, sealed, until" in contract for contract in contracts) == 1


def test_drafts_are_made_all_at_once_and_then_only_the_others_are_offered(pages: Any, plan: str) -> None:
    made = pages.post(plan, do="draft", **{**PLAN, "wave": ["baseline", "end"]})
    assert made.status_code == 303, made.text
    program = made.headers["location"]
    assert [row.label for row in pages.stored(select(ProgramWaveRow))] == ["baseline", "end"]
    page = shown(pages, program)
    for told in (">before<", ">at the end<", "draft"):
        assert told in page
    form = shown(pages, plan)
    assert 'value="baseline"' not in form
    assert 'value="one-month" checked' in form
    again = pages.post(plan, do="draft", **PLAN)
    assert is_page(again, 409)
    assert "already" in again.text
    assert len(pages.stored(select(WaveRow))) == 2


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("epsilon", "much", "not a number"),
        ("epsilon", "0", "out of range"),
        ("k", "4.5", "not a whole number"),
        ("open_days", "0", "out of range"),
        ("first_opens_at", "soon", "cannot be read"),
        ("others", "6, soon", "not whole months"),
    ],
)
def test_a_fault_of_a_plan_is_told_at_its_field_and_nothing_is_stored(
    kept_pages: Any, kept_plan: str, field: str, value: str, told: str
) -> None:
    for do in ("plan", "draft"):
        answer = kept_pages.post(kept_plan, do=do, **{**PLAN, field: value})
        assert is_page(answer, 422)
        assert told in fault_at(answer, field)
    assert kept_pages.stored(select(WaveRow)) == []


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"epsilon": "9"}, "choose an epsilon of at most"),
        ({"wave": [], "others": ""}, "none is chosen"),
        ({"wave": ["end"], "others": "0"}, "opens before"),
        ({"open_days": "90"}, "opens before"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_to_do(
    kept_pages: Any, kept_plan: str, sent: dict[str, Any], told: str
) -> None:
    for do in ("plan", "draft"):
        answer = kept_pages.post(kept_plan, do=do, **{**PLAN, **sent})
        assert is_page(answer, 422)
        assert told in answer.text
        assert 'href="#waves"' in answer.text
    assert kept_pages.stored(select(WaveRow)) == []


def test_a_program_without_a_survey_or_a_roster_is_told_what_is_missing(pages: Any) -> None:
    program = pages.post("/programs/new", **{**ABOUT, "survey": ""}).headers["location"]
    assert "The program has no survey yet" in shown(pages, f"{program}/plan")
    assert "the program has no survey" in pages.post(f"{program}/plan", do="plan", **PLAN).text
    assert pages.post("/surveys/new", source=DEFINITION).status_code == 303
    program = pages.post("/programs/new", **ABOUT).headers["location"]
    answer = pages.post(f"{program}/plan", do="plan", **PLAN)
    assert is_page(answer, 409)
    assert "roster is empty" in answer.text


def test_only_owners_plan_and_a_forged_form_drafts_nothing(kept_pages: Any, kept_plan: str) -> None:
    for role in ("analyst", "auditor"):
        assert is_page(kept_pages.get(kept_plan, role), 403)
        assert is_page(kept_pages.post(kept_plan, role, do="draft", **PLAN), 403)
    assert is_page(kept_pages.post(kept_plan, csrf="forged", do="draft", **PLAN), 403)
    page = shown(kept_pages, kept_plan)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert kept_pages.stored(select(WaveRow)) == []
