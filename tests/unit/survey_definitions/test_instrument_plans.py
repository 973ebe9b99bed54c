"""What the shipped instruments would show in organisations of 150 and 2,000, and the page that tells it."""

import re

import pytest
from instruments import END, PAGE, TAKES_PART, means, plan_for, written

from privacy.survey import Survey
from service.surveys.definition_file import load_shipped, shipped

SURVEYS = {identifier: load_shipped(identifier) for identifier in shipped()}
HEADINGS = ["Purpose", "When", "By", "Reading", "Outside figure", "Source"]
each = pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)


@each
@pytest.mark.parametrize("people", [150, 2_000])
def test_the_themes_of_everybody_are_shown(survey: Survey, people: int) -> None:
    found = means(plan_for(survey, people), (), themes=True)
    assert {one.theme for one in found} == {theme.id for theme in survey.themes}
    assert all(one.shown for one in found)


@each
def test_the_themes_of_participants_are_shown_among_2000(survey: Survey) -> None:
    if TAKES_PART in survey.breakdowns:
        found = means(plan_for(survey, 2_000), TAKES_PART, themes=True)
        assert len(found) == len(survey.themes)
        assert all(one.shown == one.groups for one in found)


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_page_tells_what_would_show_now() -> None:
    assert written(page()) == page(), "run: python benchmarks/instruments.py"
    assert page().split("<!-- shown -->")[1].split(END)[0].count("\n| [") == len(SURVEYS)


def test_the_page_says_of_every_instrument_how_to_read_it() -> None:
    sections = dict(re.findall(r"^### ([a-z0-9-]+)\n(.*?)(?=^##|\Z)", page(), re.MULTILINE | re.DOTALL))
    assert set(sections) == set(SURVEYS)
    for identifier, text in sections.items():
        assert re.findall(r"^- \*\*([^*]+)\.\*\* ", text, re.MULTILINE) == HEADINGS, identifier


@each
def test_the_page_suggests_the_outside_figure_of_the_definition(survey: Survey) -> None:
    assert survey.outside_figure is not None
    section = " ".join(page().split(f"### {survey.id}\n")[1].split("###")[0].split())
    assert f"**Outside figure.** {survey.outside_figure['en']}." in section
