"""An evaluation in a browser: every number with its interval, nothing by colour alone, every text escaped."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from service.programs.evaluation_value import Evaluation
from service.web import program_evaluation_page
from tests.integration.web.evaluation_example import EXAMPLE, SELECTED

SCRIPT = "<script>alert(1)</script>"
PAGE = "/programs/p-example/evaluation"
Shows = Callable[[Evaluation], str]


@pytest.fixture
def shown(kept_pages: Any, monkeypatch: pytest.MonkeyPatch) -> Shows:
    """The page of an evaluation."""

    def show(evaluation: Evaluation) -> str:
        monkeypatch.setattr(
            program_evaluation_page, "evaluated", lambda *_: (evaluation, (evaluation.language,))
        )
        answer = kept_pages.get(PAGE)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    return show


def words(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def hostile(value: Any, field: str = "") -> Any:
    """The same value with markup in every text that somebody wrote."""
    if is_dataclass(value):
        return replace(
            value, **{one.name: hostile(getattr(value, one.name), one.name) for one in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(hostile(one, field) for one in value)
    written = ("name", "text", "sentence", "why", "caveats", "helped", "hurt", "label")
    return f"{value} {SCRIPT}" if isinstance(value, str) and field in written else value


def test_each_measure_has_its_difference_interval_effect_parts_and_caveats(shown: Shows) -> None:
    said = words(shown(EXAMPLE))
    for told in ("+0.6 ± 0.3 points", "+0.3 to +0.8", "+0.50 (+0.24 to +0.76)", "± 0.29", SELECTED):
        assert told in said, told
    assert "does not apply" in said
    assert "no number: fewer than 5" in said
    assert "5 measures were compared" in said
    assert "about 0.5 of them" in said


def test_verdicts_and_statuses_are_a_sign_and_a_word(shown: Shows) -> None:
    found = re.findall(
        r'<span class="verdict ([a-z-]+)"><span aria-hidden="true">(.)</span> ([a-z ]+)</span>',
        shown(EXAMPLE),
    )
    assert {name: (sign, word) for name, sign, word in found} == {
        "higher": ("▲", "higher"),
        "lower": ("▼", "lower"),
        "cannot-tell": ("◇", "cannot tell"),
        "met": ("✓", "met"),
        "not-yet": ("○", "not yet"),
    }


def test_paired_and_unpaired_comparisons_are_labelled(shown: Shows) -> None:
    page = shown(EXAMPLE)
    sections = re.split("<section", page)
    growth = next(one for one in sections if ">Growth</h2>" in one)
    assert growth.index(">paired<") < growth.index("Other comparisons") < growth.index(">unpaired<")
    assert "Growth (paired)" in page
    assert "Workload (unpaired)" in page


def test_questions_are_told_after_the_measures_and_those_not_shown_in_one_list(shown: Shows) -> None:
    page = shown(EXAMPLE)
    assert "Questions that are not shown: 1" in words(page)
    assert page.index("Question by question") > page.index("Participation (unpaired)")
    assert "I see a next step. (unpaired)" in page
    assert page.count("I am heard.") == 1


def test_who_is_missing_is_counted_wave_by_wave(shown: Shows) -> None:
    said = words(shown(EXAMPLE))
    assert "three months after 2026-09-30 198 109 89 (45 %) 1 / 3" in said


def test_an_evaluation_of_nothing_says_what_to_do(shown: Shows) -> None:
    nothing: dict[str, Any] = {
        one.name: () for one in fields(Evaluation) if isinstance(getattr(EXAMPLE, one.name), tuple)
    }
    page = shown(replace(EXAMPLE, **nothing, compared=0, expected_by_chance=0.0))
    for told in ("Nothing can be compared yet", "There is no objective yet", "No wave of this program"):
        assert told in page


def test_no_text_becomes_markup(shown: Shows) -> None:
    page = shown(hostile(EXAMPLE))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 40


@pytest.mark.parametrize(
    "chart",
    [
        "effects.{}?unit=points",
        "effects.{}?unit=%25",
        "questions.{}?unit=points",
        "decay.{}?unit=points",
        "waves.{}?of=0",
    ],
)
def test_every_chart_is_a_picture_a_file_and_a_table(kept_pages: Any, shown: Shows, chart: str) -> None:
    assert "<svg" in shown(EXAMPLE)
    base = f"/programs/p-example/charts/{chart}"
    assert kept_pages.get(base.format("svg")).text.startswith("<svg")
    assert kept_pages.get(base.format("png")).content.startswith(b"\x89PNG")
    assert len(kept_pages.get(base.format("csv")).text.splitlines()) > 1


@pytest.mark.parametrize("chart", ["waves.svg?of=9", "decay.svg?unit=none", "other.svg"])
def test_a_chart_that_is_not_there_is_said_in_words(kept_pages: Any, shown: Shows, chart: str) -> None:
    shown(EXAMPLE)
    answer = kept_pages.get(f"/programs/p-example/charts/{chart}")
    assert 400 <= answer.status_code < 500
    assert "<h1" in answer.text
