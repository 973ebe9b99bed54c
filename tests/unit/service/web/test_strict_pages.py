"""What the page policy forbids stands in no template, script or style sheet."""

import re
from pathlib import Path

import pytest

import service.web

FOLDER = Path(service.web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
SCRIPTS = sorted((FOLDER / "static").rglob("*.js"))
SHEETS = sorted((FOLDER / "static").rglob("*.css"))


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_has_no_script_or_style_of_its_own(template: Path) -> None:
    text = template.read_text()
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert all('src="/static/' in attributes and not body.strip() for attributes, body in scripts)
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE)


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_names_no_other_host_and_never_turns_escaping_off(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text)
    assert not re.search(r"autoescape\s+false", text)
    assert re.findall(r"\|\s*safe\b", text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_every_picture_has_an_alternative_and_every_post_a_token(template: Path) -> None:
    text = template.read_text()
    assert all("alt=" in image for image in re.findall(r"<img\b[^>]*>", text))
    forms = re.findall(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", text, re.DOTALL | re.IGNORECASE)
    assert all('name="csrf"' in form or "csrf_field" in form for form in forms)


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_a_script_makes_no_markup_from_text(script: Path) -> None:
    code = script.read_text()
    forbidden = r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
    assert not re.search(forbidden, code)


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_a_script_keeps_nothing_beyond_its_tab(script: Path) -> None:
    assert not re.search(
        r"localStorage|indexedDB|document\.cookie|serviceWorker|sendBeacon", script.read_text()
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_a_sheet_loads_nothing(sheet: Path) -> None:
    assert not re.search(r"@import|url\(", sheet.read_text())
