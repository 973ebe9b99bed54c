"""The reading ease that definitions are held to is that of the published formulas."""

import pytest

from tests.unit.survey_definitions.reading_ease import reading_ease, sentences, syllables, words

# Words and syllables counted by hand.
COUNTED = {
    "en": ("I can talk about my doubts here in confidence.", 9, 12),
    "de": ("Ich kann hier vertraulich über meine Zweifel reden.", 8, 14),
    "fr": ("Ici, je peux parler de mes doutes en toute confiance.", 10, 13),
    "es": ("Aquí puedo hablar de mis dudas en confianza.", 8, 14),
}
# a - b * words a sentence - c * syllables a word, by hand from the above.
SCORES = {"en": 84.90, "de": 69.63, "fr": 101.17, "es": 89.81}


@pytest.mark.parametrize("language", COUNTED)
def test_syllables_are_counted_as_by_hand(language: str) -> None:
    text, number, spoken = COUNTED[language]
    assert len(words(text)) == number
    assert sum(syllables(language, word) for word in words(text)) == spoken


@pytest.mark.parametrize("language", SCORES)
def test_the_score_is_that_of_the_formula(language: str) -> None:
    assert reading_ease(language, [COUNTED[language][0]]) == pytest.approx(SCORES[language], abs=0.01)


@pytest.mark.parametrize(
    ("language", "hard"),
    [
        ("en", "Organisational representation necessitates institutional accountability."),
        ("de", "Organisationale Repräsentation erfordert institutionelle Rechenschaftspflicht."),
        ("fr", "La représentation organisationnelle nécessite une responsabilité institutionnelle."),
        ("es", "La representación organizacional requiere responsabilidad institucional."),
    ],
)
def test_long_words_are_hard_to_read(language: str, hard: str) -> None:
    assert reading_ease(language, [hard]) < 20


def test_an_elision_is_one_word_and_a_list_of_texts_one_text() -> None:
    assert words("J'ai ici quelqu'un.") == ["Jai", "ici", "quelquun"]
    assert len(sentences("Is it so? Please say.")) == 2
    assert reading_ease("en", ["I do.", "I go."]) == reading_ease("en", ["I do. I go."])
