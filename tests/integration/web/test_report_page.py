"""A release as a PDF, for those who may read results."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration.staff.conftest import DEFINITION
from tests.integration.web.results_parts import Staff, new_world

HOSTILE = "#panic(1) $ *a* <script>"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def world(engines: SimpleNamespace, tmp_path: Path) -> Any:
    return new_world(engines, tmp_path / "data")


@pytest.mark.parametrize("answers", [0, 400])
def test_a_report_of_any_release_and_language_is_the_same_file_twice(world: Any, answers: int) -> None:
    texts = rf'{{en: "{HOSTILE}", de: "{HOSTILE}"}}'
    world.survey(re.sub(r"\{en: [^,}]+, de: [^}]+\}", texts, DEFINITION))
    world.roster(12)
    wave, analyst = world.released(answers), Staff(world, "analyst")
    for language in ("en", "de"):
        first, again = (
            analyst.send("GET", f"/results/{wave.id}/report.pdf?language={language}") for _ in range(2)
        )
        assert first.status_code == 200, first.text
        assert first.headers["content-type"] == "application/pdf"
        assert first.content.startswith(b"%PDF-")
        assert first.content == again.content
    assert f"/results/{wave.id}/report.pdf" in analyst.text(f"/results/{wave.id}")


def test_a_report_is_for_those_who_may_read_results(world: Any) -> None:
    world.survey()
    world.roster(12)
    wave = world.released(0)
    assert Staff(world, "auditor").send("GET", f"/results/{wave.id}/report.pdf").status_code == 403
