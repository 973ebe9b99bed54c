"""A hierarchy is asked step by step: only what lies below the last choice, and all of it or nothing."""

from dataclasses import replace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from privacy.answers import Response
from privacy.contract import Manifest
from service.client.prompts import ask
from tests.survey_parts import attribute, hierarchy

# Division 0 has department 0, which has teams 0 and 1; division 1 has departments 1 (team 2) and 2 (3, 4).
STEPS = hierarchy(("division", [2]), ("department", [1, 2]), ("team", [2, 1, 2]))


@pytest.fixture
def nested(server: Any) -> Manifest:
    attributes = (attribute("before", 2), *STEPS, attribute("after", 2))
    return replace(server.manifest, questions=(), attributes=attributes)


def asked(manifest: Manifest, *typed: str) -> tuple[dict[str, int | None], str]:
    """The levels stated by who types these lines, and what was shown."""
    said: list[Response] = []
    app = typer.Typer()
    app.command()(lambda: said.append(ask(manifest, "en")))
    result = CliRunner().invoke(app, [], input="".join(f"{line}\n" for line in typed))
    assert result.exit_code == 0, result.output
    return dict(said[0].attributes), result.output


def test_each_step_offers_what_lies_below_the_one_before(nested: Manifest) -> None:
    levels, shown = asked(nested, "1", "2", "2", "1", "2")
    assert levels == {"before": 0, "division": 1, "department": 2, "team": 3, "after": 1}
    for offered in ("division 0", "division 1", "department 1", "department 2", "team 3", "team 4"):
        assert offered in shown
    for other in ("department 0", "team 0", "team 1", "team 2"):
        assert other not in shown


def test_what_is_not_offered_cannot_be_chosen(nested: Manifest) -> None:
    levels, shown = asked(nested, "", "2", "3", "2", "3", "2", "")
    assert shown.count("Not taken") == 2
    assert levels == {"before": None, "division": 1, "department": 2, "team": 4, "after": None}


def test_an_only_unit_is_not_asked_for(nested: Manifest) -> None:
    levels, shown = asked(nested, "", "1", "2", "")
    assert levels == {"before": None, "division": 0, "department": 0, "team": 1, "after": None}
    assert "department 0" in shown


@pytest.mark.parametrize("typed", [("",), ("2", ""), ("2", "2", "")])
def test_an_empty_line_says_nothing_of_the_whole_hierarchy(nested: Manifest, typed: tuple[str, ...]) -> None:
    levels, _ = asked(nested, "2", *typed, "1")
    assert levels == {"before": 1, "division": None, "department": None, "team": None, "after": 0}
