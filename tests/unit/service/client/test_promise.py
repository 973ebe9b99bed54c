from dataclasses import replace
from typing import Any

import pytest

from privacy.errors import Invalid
from privacy.guarantee import guarantee_of
from privacy.plan import design_of
from service.client.promise import language_of, promise, text_in


def test_the_promise_names_who_asks_k_noise_and_closing_time(server: Any) -> None:
    text = " ".join(promise(server.manifest, "https://pulse.example", "en").split())
    for said in (
        "Spring pulse",
        "pulse.example",
        "of 40 invited",
        "2026-03-09 at 17:30 UTC",
        "than 8",
        "least 12",
    ):
        assert said in text
    design = design_of(server.manifest.questions, server.manifest.attributes, server.manifest.policy)
    for relation in guarantee_of(design, server.manifest.policy).values():
        assert relation["words"] in text
    assert "Noise means" in text


def test_without_a_text_question_nothing_is_said_of_comments(server: Any) -> None:
    silent = replace(server.manifest, questions=server.manifest.questions[:-1])
    assert "omment" not in promise(silent, "https://pulse.example", "en")


def test_the_title_is_in_the_language_asked_for(server: Any) -> None:
    assert promise(server.manifest, "https://pulse.example", "de").startswith("Frühlingspuls")
    assert language_of(server.manifest, None) == "en"
    assert language_of(server.manifest, "de") == "de"
    with pytest.raises(Invalid, match="en, de"):
        language_of(server.manifest, "fr")


def test_a_survey_without_english_is_asked_in_its_first_language(server: Any) -> None:
    assert language_of(replace(server.manifest, title={"de": "Puls", "fr": "Pouls"}), None) == "de"
    assert text_in({"de": "Puls"}, "fr") == "Puls"


def test_a_text_cannot_steer_the_terminal() -> None:
    assert text_in({"en": "a\x1b[2Jb\r\nc\x07"}, "en") == "a [2Jb c"
