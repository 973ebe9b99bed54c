"""Which language a browser is answered in, and that the catalogues can be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.locale.catalogues import LANGUAGES, Translations, preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("nl,fr;q=0.5,es;q=0.6", "es"),
        ("ar", "ar"),
        ("de;q=0,en;q=0.1", "en"),
        ("pl", "en"),
        ("de;q=high,fr;q=0.1", "fr"),
    ],
)
def test_the_language_is_the_one_that_is_liked_best_of_those_there_are(header: str, language: str) -> None:
    assert preferred(header) == language


@given(st.text(max_size=300))
def test_any_header_gives_a_language(header: str) -> None:
    assert preferred(header) in LANGUAGES


def test_a_text_that_is_not_translated_stays_english() -> None:
    assert Translations("de", "staff").gettext("No such text") == "No such text"
