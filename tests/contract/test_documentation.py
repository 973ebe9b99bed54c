"""The pages say what the code does."""

import re
import subprocess
from pathlib import Path

import pytest

from service.settings import FROM_FILES, PREFIX, Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])


def test_every_setting_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    documented = set(re.findall(rf"{PREFIX}[A-Z_]+", page))
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    files = {f"{PREFIX}{name.upper()}_FILE" for name in FROM_FILES}
    assert documented == settings | files


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_in_a_page_leads_somewhere(page: Path) -> None:
    text = page.read_text()
    links = {link.split("#")[0] for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text)}
    paths = set(re.findall(r"`((?:tests|docs|benchmarks|survey_definitions|openapi)/[\w./-]*\w)/?`", text))
    missing = {link for link in links if link and not (page.parent / link).exists()}
    missing |= {path for path in paths if not (ROOT / path).exists()}
    assert not missing


def test_no_page_names_a_package_registry() -> None:
    hosts = "|".join(("py" + "pi", "python" + "hosted", "npm" + "js", "registry" + r"\."))
    tracked = subprocess.run(
        ["git", "grep", "-liE", hosts, "--", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert tracked.stdout == ""


def test_every_make_target_has_one_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    helped = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))
    assert targets == helped
    assert {"demo", "test", "check", "bench", "openapi"} <= targets
