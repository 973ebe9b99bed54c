"""Owners' pages: a story that works, and what bad input gets."""

import re
from typing import Any

import httpx
import pytest
from sqlmodel import select

from service.store.tables_main import RosterRow, SurveyRow, WaveRow

SCRIPT = "<script>alert(1)</script>"
DEFINITION = f"""
id: pulse
version: "1"
title: {{en: "Pulse {SCRIPT}", ar: "نبض {SCRIPT}"}}
languages: [en, ar]
themes:
  - {{id: openness, text: {{en: "Openness {SCRIPT}", ar: "انفتاح {SCRIPT}"}}}}
questions:
  - id: speak
    type: scale
    theme: openness
    text: {{en: "I speak up {SCRIPT}", ar: "أتكلم {SCRIPT}"}}
    options:
      - {{id: "no", text: {{en: "No {SCRIPT}", ar: "لا {SCRIPT}"}}}}
      - {{id: partly, text: {{en: "Partly {SCRIPT}", ar: "جزئيا {SCRIPT}"}}}}
      - {{id: "yes", text: {{en: "Yes {SCRIPT}", ar: "نعم {SCRIPT}"}}}}
  - {{id: more, type: text, max_bytes: 60, text: {{en: "What else {SCRIPT}", ar: "ماذا {SCRIPT}"}}}}
attributes:
  - id: unit
    source: roster
    text: {{en: "Unit {SCRIPT}", ar: "وحدة {SCRIPT}"}}
    reason: {{en: "To compare {SCRIPT}", ar: "للمقارنة {SCRIPT}"}}
    levels:
      - {{id: north, text: {{en: "North {SCRIPT}", ar: "شمال {SCRIPT}"}}}}
      - {{id: south, text: {{en: "South {SCRIPT}", ar: "جنوب {SCRIPT}"}}}}
breakdowns:
  - [unit]
"""
ROSTER = "person,unit\n" + "".join(
    f"{SCRIPT}{number},{('north', 'south')[number % 2]}\n" for number in range(300)
)
TIMES = {"opens_at": "2026-03-02T08:00", "closes_at": "2026-03-09T08:00"}


def csv_file(content: bytes | str) -> dict[str, Any]:
    return {"file": ("roster.csv", content, "text/csv")}


def drafted(pages: Any) -> str:
    """The address of a draft wave of a survey with a roster."""
    assert pages.post("/surveys/new", source=DEFINITION).headers["location"] == "/surveys/pulse"
    assert pages.post("/surveys/pulse/roster", files=csv_file(ROSTER)).status_code == 303
    answer = pages.post("/surveys/pulse/plan", do="draft", **TIMES)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def is_page(answer: httpx.Response, status: int) -> bool:
    return (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_script_in_any_text_of_a_definition_or_roster_is_text_on_every_page(pages: Any) -> None:
    wave = drafted(pages)
    answers = [
        pages.get(path)
        for path in (
            "/",
            "/surveys/pulse",
            "/surveys/pulse/definition",
            "/surveys/pulse/preview",
            "/surveys/pulse/preview?language=ar",
            "/surveys/pulse/roster",
            "/surveys/pulse/plan",
            wave,
        )
    ]
    answers.append(pages.post("/surveys/pulse/plan", do="plan", **TIMES))
    answers.append(pages.post("/surveys/pulse/definition", source=DEFINITION.replace('"1"', SCRIPT)))
    assert pages.post(f"{wave}/open", agreed="yes").status_code == 303
    answers += [pages.get(wave), pages.post(f"{wave}/links", form="cards")]
    for answer in answers:
        assert "alert(1)" in answer.text, answer.url
        assert "<script" not in answer.text, answer.url
        assert len(re.findall("<h1", answer.text)) == 1


def test_a_faulty_definition_keeps_its_text_names_each_line_and_stores_nothing(pages: Any) -> None:
    source = DEFINITION.replace("theme: openness\n", "theme: opennes\n").replace(
        "max_bytes: 60", "max_bytes: x"
    )
    answer = pages.post("/surveys/new", source=source.replace("\n", "\r\n"))
    assert is_page(answer, 422)
    for word in ("theme: opennes", "max_bytes: x"):
        line = next(number for number, text in enumerate(source.split("\n"), 1) if word in text)
        assert f'href="#line-{line}"' in answer.text
        assert f'id="line-{line}"' in answer.text
    assert "max_bytes: x" in answer.text
    assert pages.stored(select(SurveyRow)) == []


@pytest.mark.parametrize(
    "source",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "[" * 5_000,
        "!!python/object/apply:os.system [ls]",
        "",
        "\x00\x01",
        "- 1\n" * 120_000,
    ],
    ids=["aliases", "depth", "tag", "empty", "control", "values"],
)
def test_yaml_that_is_an_attack_is_a_page_with_its_fault(pages: Any, source: str) -> None:
    answer = pages.post("/surveys/new", source=source)
    assert is_page(answer, 422)
    assert 'role="alert"' in answer.text
    assert pages.stored(select(SurveyRow)) == []


def test_files_that_are_not_what_they_say_are_refused_whole(pages: Any) -> None:
    picture = b"\x89PNG\r\n\x1a\n\x00\xff\xfe" * 50
    answer = pages.post("/surveys/new", files={"file": ("a.yaml", picture, "application/yaml")})
    assert is_page(answer, 422)
    assert pages.post("/surveys/new", source=DEFINITION).status_code == 303
    for content in (picture, "person\n<b>\n", "<html>", ""):
        assert is_page(pages.post("/surveys/pulse/roster", files=csv_file(content)), 422)
    assert pages.stored(select(RosterRow)) == []


@pytest.mark.parametrize("size", [1_100_000, 17_000_000])
def test_what_is_too_large_is_a_page_that_says_so(pages: Any, size: int) -> None:
    text = "a" * size
    answers = [
        pages.post("/surveys/new", files={"source": (None, text)}),
        pages.post("/surveys/new", files={"file": ("a.yaml", text, "application/yaml")}),
    ]
    for answer in answers:
        assert is_page(answer, 413)
        assert "more than" in answer.text
    assert pages.stored(select(SurveyRow)) == []


def test_roles_and_forged_forms(pages: Any) -> None:
    wave = drafted(pages)
    for role in ("analyst", "auditor"):
        assert is_page(pages.post(f"{wave}/open", role, agreed="yes"), 403)
        assert is_page(pages.post("/surveys/new", role, source=DEFINITION), 403)
    assert is_page(pages.post(f"{wave}/open", csrf="forged", agreed="yes"), 403)
    assert is_page(pages.post(f"{wave}/open", None, agreed="yes"), 401)
    assert pages.get(wave, None).status_code == 303
    assert is_page(pages.get(wave, "auditor"), 200)
    assert is_page(pages.get("/surveys/pulse", "auditor"), 403)
    assert pages.stored(select(WaveRow.state)) == ["draft"]


def test_a_wave_is_opened_once_its_contract_is_agreed_to_and_its_links_are_made_once(pages: Any) -> None:
    wave = drafted(pages)
    contract = pages.get(wave).text
    assert "goes from 50 % to at most" in contract
    assert "I speak up" in contract
    assert is_page(pages.post(f"{wave}/open"), 422)
    assert pages.stored(select(WaveRow.state)) == ["draft"]
    assert pages.post(f"{wave}/open", agreed="yes").status_code == 303
    made = pages.post(f"{wave}/links")
    assert made.text.count("http://localhost:8000/w/") == 300
    assert is_page(pages.post(f"{wave}/links"), 409)
    page = pages.get(wave).text
    told = re.findall("goes from 50 % to at most [0-9]+ %", contract)
    assert told == re.findall("goes from 50 % to at most [0-9]+ %", page)
    assert len(told) == 2
    assert "300 people are invited" in page
    assert "#" not in "".join(re.findall("/w/[0-9a-f]{64}#", page))
    assert is_page(pages.post(f"{wave}/delete"), 409)
    assert pages.post(f"{wave}/close").status_code == 303
    assert pages.stored(select(WaveRow.state)) == ["closed"]


def test_the_planner_compares_alternatives_and_stores_nothing(pages: Any) -> None:
    wave = drafted(pages)
    assert pages.post(f"{wave}/delete").status_code == 303
    answer = pages.post(
        "/surveys/pulse/plan", do="plan", epsilon="2", chosen="yes", breakdown="unit", **TIMES
    )
    assert is_page(answer, 200)
    assert "without breakdowns" in answer.text
    assert "Use this" in answer.text
    assert 'value="unit" checked' in answer.text
    used = pages.post("/surveys/pulse/plan", do="plan", epsilon="2", chosen="yes", **TIMES)
    assert '<input type="checkbox" name="breakdown" value="unit">' in used.text
    assert is_page(pages.post("/surveys/pulse/plan", do="plan", epsilon=SCRIPT, **TIMES), 422)
    assert pages.stored(select(WaveRow)) == []
