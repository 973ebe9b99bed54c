"""Everything a respondent reads exists in every language, with the same places for numbers and names."""

import re
from pathlib import Path

import pytest

from service.locale.catalogues import LANGUAGES, texts
from service.web import respondent
from service.web.static_files import FOLDER

MODULES = sorted(path.stem for path in (FOLDER / "respondent").glob("*.js"))
TEMPLATES = sorted((Path(respondent.__file__).parent / "templates" / "respondent").glob("*.html"))
TRANSLATED = [language for language in LANGUAGES if language != "en"]  # the message ids are English


def in_templates() -> set[str]:
    layout = TEMPLATES[0].parent.parent / "layout.html"
    return {
        msgid for path in (layout, *TEMPLATES) for msgid in re.findall(r'_\("([^"]+)"\)', path.read_text())
    }


def in_modules() -> set[str]:
    return {msgid for module in MODULES for msgid in respondent.msgids_of(module)}


def places(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    known = texts(language, "respondent")
    assert in_templates() | in_modules() <= set(known)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over_or_says_other_numbers(language: str) -> None:
    known = texts(language, "respondent")
    assert set(known) <= in_templates() | in_modules()
    assert [msgid for msgid, text in known.items() if places(msgid) != places(text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_differs_from_the_english_and_has_no_stray_space(language: str) -> None:
    known = texts(language, "respondent")
    alike = {msgid for msgid, text in known.items() if msgid == text}
    assert len(alike) < 5, alike
    assert [text for text in known.values() if text != text.strip()] == []


@pytest.mark.parametrize("module", MODULES)
def test_texts_are_asked_for_by_their_words_alone(module: str) -> None:
    code = re.sub(r"/\*.*?\*/", "", (FOLDER / "respondent" / f"{module}.js").read_text(), flags=re.DOTALL)
    called = re.findall(r"(?<![\w.])t\(", code)
    assert len(called) == len(respondent.msgids_of(module))


def test_a_part_has_the_texts_of_all_that_it_imports_and_no_others() -> None:
    german = texts("de", "respondent")
    for kind in respondent.SHELLS:
        for part in (kind.entry, *kind.later):
            served = respondent.text_file(part, "de").content.decode()
            asked = {one for module in respondent.modules_of(part) for one in respondent.msgids_of(module)}
            assert served.count('":"') >= len(asked)
            assert all(german[msgid].replace('"', '\\"') in served for msgid in asked)
